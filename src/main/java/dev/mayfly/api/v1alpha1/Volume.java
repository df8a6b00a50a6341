package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

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
        DockerVolumeSource dockerVolume) {}
