package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The path of a volume in the container. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.mountPath.startsWith('/') && !self.mountPath.matches('^[/.]*$')",
        message =
                "mountPath must be absolute and not the root directory itself: begin it with '/' and name a directory,"
                        + " such as /data",
        fieldPath = ".mountPath")
@ValidationRule(
        value = "!self.mountPath.contains(':')",
        message = "mountPath must not contain ':': choose a path without it",
        fieldPath = ".mountPath")
@ValidationRule(
        value = "!self.mountPath.matches('(^|/)[.][.](/|$)')",
        message = "mountPath must not contain '..': write the path without it",
        fieldPath = ".mountPath")
@ValidationRule(
        value = "self.mountPath.size() == 1 || !self.mountPath.matches('//|/[.](/|$)|/$')",
        message = "mountPath must not contain '//' or '/./', nor end with '/': write the path without them",
        fieldPath = ".mountPath")
@ValidationRule(
        value = "!self.mountPath.matches('[[:cntrl:]]')",
        message = "mountPath must not contain control characters: choose a path without them",
        fieldPath = ".mountPath")
@ValidationRule(
        value = "!has(self.subPath) || !has(self.subPathExpr)",
        message = "subPath and subPathExpr exclude each other: remove one of them")
@ValidationRule(
        value = "!has(self.subPath) || (!self.subPath.startsWith('/') &&"
                + " !self.subPath.matches('(^|/)[.][.]?(/|$)|//|/$|:|[[:cntrl:]]'))",
        message = "subPath must be relative, without '.', '..' or empty parts, ':' or control characters",
        fieldPath = ".subPath")
@ValidationRule(
        value = "!has(self.subPathExpr) || (!self.subPathExpr.startsWith('/') &&"
                + " !self.subPathExpr.matches('(^|/)[.][.]?(/|$)|//|/$|:|[[:cntrl:]]'))",
        message = "subPathExpr must be relative, without '.', '..' or empty parts, ':' or control characters",
        fieldPath = ".subPathExpr")
@ValidationRule(
        value = "!self.mountPath.matches('^/(proc|sys|dev)(/|$)')",
        message = "mountPath can't be in /proc, /sys or /dev, which are the kernel's: choose another path",
        fieldPath = ".mountPath")
public record VolumeMount(
        @JsonPropertyDescription("Name of one of volumes.") @Required @Size(min = 1, max = 63)
        String name,

        @JsonPropertyDescription(
                "Absolute path in the container, such as /data, unique in the template. Not '/', and without"
                        + " ':'. 1 to 512 characters.")
        @Required
        @Size(min = 1, max = 512)
        String mountPath,

        @JsonPropertyDescription(
                "true: the container can't write to the mount, nor, where the engine supports it, to mounts"
                        + " below it. Default false.")
        @Default("false")
        Boolean readOnly,

        @JsonPropertyDescription(
                "Relative path in the volume that is mounted in place of its root, and created if it is"
                        + " missing. Excludes subPathExpr. At most 512 characters. Default: the root.")
        @Size(max = 512)
        String subPath,

        @JsonPropertyDescription(
                "As subPath, with $(NAME) replaced by the environment variable NAME. $(MAYFLY_SLOT) gives"
                        + " each slot a directory of its own. Excludes subPath. At most 512 characters. Default: the"
                        + " root.")
        @Size(max = 512)
        String subPathExpr) {}
