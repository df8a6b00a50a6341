package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

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

    /** What must be at the path before a replica starts; {@code …OrCreate}: is made where nothing is. */
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
