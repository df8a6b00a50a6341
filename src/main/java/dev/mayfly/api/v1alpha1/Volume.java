package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/** A home of data: a name and exactly one source. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "[has(self.emptyDir), has(self.hostPath), has(self.persistentVolumeClaim),"
                + " has(self.configMap), has(self.secret), has(self.dockerVolume)].filter(s, s).size() == 1",
        message = "each of volumes needs exactly one of emptyDir, hostPath, persistentVolumeClaim, configMap, secret"
                + " and dockerVolume")
public record Volume(
        @JsonPropertyDescription("Name that volumeMounts refer to. 1 to 63 characters, unique in the template.")
        @Required
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        String name,

        @JsonPropertyDescription("An empty directory that lives as long as one attempt of a replica.")
        EmptyDirSource emptyDir,

        @JsonPropertyDescription("A file or directory on the host of the replicas, below a prefix that the operator's"
                + " configuration allows; by default that is /srv/mayfly/<namespace>.")
        HostPathSource hostPath,

        @JsonPropertyDescription("A PersistentVolumeClaim that is bound to a directory on the host of the replicas.")
        ClaimSource persistentVolumeClaim,

        @JsonPropertyDescription(
                "Read-only files in memory with the content of a ConfigMap. When the content changes, the"
                        + " workload is rolled out.")
        ConfigMapSource configMap,

        @JsonPropertyDescription("Read-only files in memory with the content of a Secret. When the content changes, the"
                + " workload is rolled out.")
        SecretSource secret,

        @JsonPropertyDescription("Docker only: a named volume of the engine, which belongs to the namespace.")
        DockerVolumeSource dockerVolume) {

    /** A PersistentVolumeClaim that is bound to a directory of the engine's host. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ClaimSource(
            @JsonPropertyDescription(
                    "Name of the PersistentVolumeClaim, in the namespace of the workload or task. Its volume must"
                            + " be of type local or hostPath, on the host of the replicas, below a prefix that the"
                            + " operator's configuration allows.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String claimName,

            @JsonPropertyDescription("true: all mounts of it are read-only. Default false.")
            Boolean readOnly) {}

    /** Files made of a ConfigMap's content, in memory. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ConfigMapSource(
            @JsonPropertyDescription("Name of the ConfigMap, in the namespace of the workload or task.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String name,

            @JsonPropertyDescription(
                    "Which keys become files, and at which paths. At most 64. Default: every key, under its own"
                            + " name.")
            @Size(max = 64)
            List<KeyToPath> items,

            @JsonPropertyDescription(
                    "Permission bits of the files, such as 0644 in YAML. 0 to 511, which is 0777. Default: 0644.")
            @Min(0)
            @Max(511)
            Integer defaultMode,

            @JsonPropertyDescription(
                    "true: the ConfigMap, or a key of items, may be missing; the files are missing then. false:"
                            + " nothing starts until they exist. Default false.")
            Boolean optional) {}

    /** A named Docker volume that belongs to the namespace. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.options) || self.options.all(k, k.size() <= 256)",
            message = "the name of an option has at most 256 characters",
            fieldPath = ".options")
    public record DockerVolumeSource(
            @JsonPropertyDescription(
                    "Docker only: name of the volume. All workloads and tasks of the namespace that use this name"
                            + " share the volume. 1 to 63 characters.")
            @Required
            @Size(min = 1, max = 63)
            @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
            String name,

            @JsonPropertyDescription(
                    "Docker only: volume driver, of those that the operator's configuration allows. 1 to 64"
                            + " characters. Default local.")
            @Default("local")
            @Size(min = 1, max = 64)
            @Pattern("^[a-zA-Z0-9][-a-zA-Z0-9_.:/]*$")
            String driver,

            @JsonPropertyDescription(
                    "Docker only: options of the driver, of those that the operator's configuration allows. At"
                            + " most 16. Default: none.")
            @Size(max = 16)
            Map<String, @Size(max = 256) String> options,

            @JsonPropertyDescription(
                    "Docker only: what becomes of the volume. Retain: it stays when workloads are deleted. Delete: it"
                            + " is removed with the last workload or task that uses it. Can't be changed, and must be"
                            + " the same wherever the volume is used. Default Retain.")
            @Default("Retain")
            ReclaimPolicy reclaimPolicy) {

        /** Whether the volume is kept when its workloads are deleted. */
        public enum ReclaimPolicy {
            Retain,
            Delete
        }
    }

    /** An empty directory that lives as long as one replica attempt. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record EmptyDirSource(
            @JsonPropertyDescription(
                    "Memory: a directory in memory, which counts towards the memory limit. Default: a directory"
                            + " on disk.")
            Medium medium,

            @JsonPropertyDescription(
                    "Largest size in bytes, such as 16Mi. In memory, writes beyond it fail; the default is 64Mi."
                            + " On disk, a replica that is found to exceed it is replaced by a fresh one; by default it is"
                            + " unlimited.")
            Quantity sizeLimit) {

        /** Storage of an empty directory other than the engine's disk. */
        public enum Medium {
            Memory
        }
    }

    /** A file or directory of the engine's host. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!self.path.matches('(^|/)[.][.](/|$)')",
            message = "hostPath.path must not contain '..': write the path without it",
            fieldPath = ".path")
    @ValidationRule(
            value = "self.path.startsWith('/')",
            message = "hostPath.path must be absolute: begin it with '/', such as /srv/mayfly/<namespace>/data",
            fieldPath = ".path")
    @ValidationRule(
            value = "!self.path.contains(':')",
            message = "hostPath.path must not contain ':': choose a path without it",
            fieldPath = ".path")
    @ValidationRule(
            value = "self.path.size() == 1 || !self.path.matches('//|/[.](/|$)|/$')",
            message = "hostPath.path must not contain '//' or '/./', nor end with '/': write the path without them",
            fieldPath = ".path")
    @ValidationRule(
            value = "!self.path.matches('[[:cntrl:]]')",
            message = "hostPath.path must not contain control characters: choose a path without them",
            fieldPath = ".path")
    public record HostPathSource(
            @JsonPropertyDescription(
                    "Absolute path on the host, without '..', below a prefix that the operator's configuration"
                            + " allows; by default that is /srv/mayfly/<namespace>. 1 to 1024 characters.")
            @Required
            @Size(min = 1, max = 1024)
            String path,

            @JsonPropertyDescription(
                    "What must be at the path before a replica starts: Directory, File, Socket, CharDevice,"
                            + " BlockDevice. DirectoryOrCreate, FileOrCreate: it is created if nothing is there. Default:"
                            + " nothing is checked.")
            Type type) {

        /** Required at the path before a replica starts; {@code …OrCreate} creates it if nothing is there. */
        public enum Type {
            Directory,
            DirectoryOrCreate,
            File,
            FileOrCreate,
            Socket,
            CharDevice,
            BlockDevice
        }
    }

    /** One key of a ConfigMap or Secret as a file. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!self.path.startsWith('/') && !self.path.matches('(^|/)[.][.]?(/|$)|//|/$|[[:cntrl:]]')",
            message = "items.path must be relative, without '.', '..' or empty parts: name a file such as app.conf",
            fieldPath = ".path")
    public record KeyToPath(
            @JsonPropertyDescription("The key whose value becomes the content of the file.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[-._a-zA-Z0-9]+$")
            String key,

            @JsonPropertyDescription("Relative path of the file in the volume. 1 to 512 characters.")
            @Required
            @Size(min = 1, max = 512)
            String path,

            @JsonPropertyDescription(
                    "Permission bits of the file, such as 0440 in YAML. 0 to 511, which is 0777. Default:"
                            + " defaultMode.")
            @Min(0)
            @Max(511)
            Integer mode) {}

    /** Files made of a Secret's content, in memory. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SecretSource(
            @JsonPropertyDescription("Name of the Secret, in the namespace of the workload or task.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String secretName,

            @JsonPropertyDescription(
                    "Which keys become files, and at which paths. At most 64. Default: every key, under its own"
                            + " name.")
            @Size(max = 64)
            List<KeyToPath> items,

            @JsonPropertyDescription(
                    "Permission bits of the files, such as 0644 in YAML. 0 to 511, which is 0777. Default: 0644.")
            @Min(0)
            @Max(511)
            Integer defaultMode,

            @JsonPropertyDescription(
                    "true: the Secret, or a key of items, may be missing; the files are missing then. false:"
                            + " nothing starts until they exist. Default false.")
            Boolean optional) {}
}
