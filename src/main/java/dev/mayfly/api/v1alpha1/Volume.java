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
        @JsonPropertyDescription("Name that volumeMounts refer to, unique in the workload.")
        @Required
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        String name,

        @JsonPropertyDescription("An empty directory that lives as long as one replica attempt.")
        EmptyDirSource emptyDir,

        @JsonPropertyDescription(
                "A file or directory of the engine's host, below a prefix that the operator's configuration"
                        + " allows (default /srv/mayfly/<namespace>).")
        HostPathSource hostPath,

        @JsonPropertyDescription("A PersistentVolumeClaim that is bound to a directory of the engine's host.")
        ClaimSource persistentVolumeClaim,

        @JsonPropertyDescription(
                "Read-only files in memory made of a ConfigMap's content. A change of the content is a rollout.")
        ConfigMapSource configMap,

        @JsonPropertyDescription(
                "Read-only files in memory made of a Secret's content. A change of the content is a rollout.")
        SecretSource secret,

        @JsonPropertyDescription("A named Docker volume that belongs to the namespace.")
        DockerVolumeSource dockerVolume) {

    /** A PersistentVolumeClaim that is bound to a directory of the engine's host. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ClaimSource(
            @JsonPropertyDescription(
                    "Name of the PersistentVolumeClaim, in the workload's namespace. It must be bound to a local or hostPath"
                            + " volume of the engine's host, below a prefix that the operator's configuration allows.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String claimName,

            @JsonPropertyDescription("true: no mount of it can be written to. Default false.")
            Boolean readOnly) {}

    /** Files made of a ConfigMap's content, in memory. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ConfigMapSource(
            @JsonPropertyDescription("Name of the ConfigMap, in the workload's namespace.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String name,

            @JsonPropertyDescription("Keys to show as files, and where. Default: every key, under its own name.")
            @Size(max = 64)
            List<KeyToPath> items,

            @JsonPropertyDescription("Permission bits of the files as a number; 0644 in YAML. Default 0644.")
            @Min(0)
            @Max(511)
            Integer defaultMode,

            @JsonPropertyDescription(
                    "true: the ConfigMap, or a key of items, may be missing; then so are the files. Default false.")
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
                    "Name of the volume, unique in the namespace; all its workloads that name it share it.")
            @Required
            @Size(min = 1, max = 63)
            @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
            String name,

            @JsonPropertyDescription("Volume driver of the engine; only those that the operator allows. Default local.")
            @Default("local")
            @Size(min = 1, max = 64)
            @Pattern("^[a-zA-Z0-9][-a-zA-Z0-9_.:/]*$")
            String driver,

            @JsonPropertyDescription("Options of the driver; only those that the operator allows. Default: none.")
            @Size(max = 16)
            Map<String, @Size(max = 256) String> options,

            @JsonPropertyDescription(
                    "Retain: the volume and its content stay when the workload is deleted. Delete: they go with"
                            + " the last workload that uses it. Fixed once given; all workloads that share the volume must say the"
                            + " same. Default Retain.")
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
                    "Memory: a tmpfs, counted against the memory limit. Default: a directory on the engine's"
                            + " disk.")
            Medium medium,

            @JsonPropertyDescription(
                    "Largest size in bytes, such as 16Mi. In memory it can't be exceeded (default 64Mi); on disk it is measured"
                            + " now and then, and a replica over it is replaced by a fresh one (default: unlimited).")
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
                            + " allows (default /srv/mayfly/<namespace>).")
            @Required
            @Size(min = 1, max = 1024)
            String path,

            @JsonPropertyDescription(
                    "What must be at the path: Directory, DirectoryOrCreate, File, FileOrCreate, Socket, CharDevice or"
                            + " BlockDevice. Default: anything that is there.")
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
            @JsonPropertyDescription("Key whose value becomes the file's content.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[-._a-zA-Z0-9]+$")
            String key,

            @JsonPropertyDescription("Relative path of the file in the volume.") @Required @Size(min = 1, max = 512)
            String path,

            @JsonPropertyDescription("Permission bits of the file as a number; 0440 in YAML. Default: defaultMode.")
            @Min(0)
            @Max(511)
            Integer mode) {}

    /** Files made of a Secret's content, in memory. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SecretSource(
            @JsonPropertyDescription("Name of the Secret, in the workload's namespace.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String secretName,

            @JsonPropertyDescription("Keys to show as files, and where. Default: every key, under its own name.")
            @Size(max = 64)
            List<KeyToPath> items,

            @JsonPropertyDescription("Permission bits of the files as a number; 0644 in YAML. Default 0644.")
            @Min(0)
            @Max(511)
            Integer defaultMode,

            @JsonPropertyDescription(
                    "true: the Secret, or a key of items, may be missing; then so are the files. Default false.")
            Boolean optional) {}
}
