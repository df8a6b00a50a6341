package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;

/** A directory in memory that every replica finds empty and may write to. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.path.startsWith('/') && !self.path.matches('^[/.]*$')",
        message = "scratch.path must be absolute and not the root directory itself: name a directory, such as /tmp",
        fieldPath = ".path")
@ValidationRule(
        value = "!self.path.matches('(^|/)[.][.]?(/|$)|//|/$|:|[[:cntrl:]]')",
        message = "scratch.path must not contain '.', '..' or empty parts, ':' or control characters, nor end with '/':"
                + " write the path without them",
        fieldPath = ".path")
@ValidationRule(
        value = "!self.path.matches('^/(proc|sys|dev)(/|$)')",
        message = "scratch can't be in /proc, /sys or /dev, which are the kernel's: choose another directory",
        fieldPath = ".path")
public record ScratchDirectory(
        @JsonPropertyDescription("Absolute path in the container, such as /tmp.") @Required @Size(min = 1, max = 512)
        String path,

        @JsonPropertyDescription(
                "Largest size in bytes, such as 64Mi; it counts against the memory limit. Default 64Mi.")
        Quantity sizeLimit,

        @JsonPropertyDescription("true: programs in it may be executed. Default false.") @Default("false")
        Boolean exec) {}
