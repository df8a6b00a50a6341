package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;

/** How writes outside of volumes and scratch are handled. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.scratch) || self.scratch.all(a, self.scratch.exists_one(b, b.path == a.path))",
        message = "two of scratch have the same path: change or remove one of them",
        fieldPath = ".scratch")
@ValidationRule(
        value = "!has(self.writableLayer) || self.mode != 'Enforce'",
        message = "writableLayer has no meaning with mode: Enforce, where the root is read-only: remove it",
        fieldPath = ".writableLayer")
public record EphemeralitySpec(
        @JsonPropertyDescription(
                "Enforce: the root file system is read-only; only volumes and scratch directories can be"
                        + " written to. Docker only: Audit, where writes elsewhere succeed, and are found and reported. Off: neither; what"
                        + " is written elsewhere is lost with the replica. Default Enforce.")
        @Default("Enforce")
        Mode mode,

        @JsonPropertyDescription(
                "Directories in memory that are empty in each new replica, but for the directories that the"
                        + " image has there. Ignored with mode Off. At most 16. An empty list: none. Default: /tmp"
                        + " (64Mi), /run (16Mi) and /var/tmp (64Mi), smaller where the memory limit is small.")
        @Size(max = 16)
        List<ScratchDirectory> scratch,

        @JsonPropertyDescription(
                "What happens if the image declares a VOLUME at a path that is neither a volumeMount nor a"
                        + " scratch directory. Refuse: no replica starts, and the condition says what to add. Scratch:"
                        + " a directory in memory of at most 64Mi is mounted there. Default Refuse.")
        @Default("Refuse")
        UncoveredVolumes uncoveredVolumes,

        @JsonPropertyDescription("Docker only: how writes are looked for with mode Audit.")
        AuditSpec audit,

        @JsonPropertyDescription(
                "Docker only: limits of the container's writable layer. Only with modes Audit and Off.")
        WritableLayerSpec writableLayer,

        @JsonPropertyDescription(
                "A replica is replaced when it reaches this age in seconds, give or take a tenth, one replica"
                        + " at a time. Must be more than twice rollout.minReadySeconds. 10 to 31536000. Default: at no"
                        + " age.")
        @Min(10)
        @Max(31536000)
        Integer maxLifetimeSeconds) {

    /** {@code Enforce}: read-only root; {@code Audit}: writes found and reported; {@code Off}: neither. */
    public enum Mode {
        Enforce,
        Audit,
        Off
    }

    /** How an image's VOLUME is handled if nothing is mounted at it. */
    public enum UncoveredVolumes {
        Refuse,
        Scratch
    }

    /** Nothing given. */
    public static final EphemeralitySpec NONE = new EphemeralitySpec(null, null, null, null, null, null);

    /** How writes outside of volumes and scratch are looked for, and what follows. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record AuditSpec(
            @JsonPropertyDescription(
                    "How many seconds pass between two looks at a replica's writes. Every replica is also looked"
                            + " at when it ends. 1 to 86400. Default 30.")
            @Default("30")
            @Min(1)
            @Max(86400)
            Integer periodSeconds,

            @JsonPropertyDescription(
                    "Globs of absolute paths, such as /var/cache/**, at which writes are not reported. * stands"
                            + " for any text without '/', ** for any text, ? for one character. At most 32 of 256"
                            + " characters. Default: none.")
            @Size(max = 32)
            List<@Size(min = 1, max = 256) String> ignorePaths,

            @JsonPropertyDescription(
                    "What happens to a replica that wrote. Report: its writes are reported. Recreate: it is also"
                            + " replaced by a fresh one, within the rollout's limits and after back-off. Stop: it is also"
                            + " stopped gracefully, and its slot stays empty until the template changes. Default Report.")
            @Default("Report")
            OnWrite onWrite) {

        /** The consequence of a finding. */
        public enum OnWrite {
            Report,
            Recreate,
            Stop
        }
    }

    /** A directory in memory that every replica finds empty and may write to. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "self.path.startsWith('/') && !self.path.matches('^[/.]*$')",
            message = "scratch.path must be absolute and not the root directory itself: name a directory, such as /tmp",
            fieldPath = ".path")
    @ValidationRule(
            value = "!self.path.matches('(^|/)[.][.]?(/|$)|//|/$|:|[[:cntrl:]]')",
            message =
                    "scratch.path must not contain '.', '..' or empty parts, ':' or control characters, nor end with '/':"
                            + " write the path without them",
            fieldPath = ".path")
    @ValidationRule(
            value = "!self.path.matches('^/(proc|sys|dev)(/|$)')",
            message = "scratch can't be in /proc, /sys or /dev, which are the kernel's: choose another directory",
            fieldPath = ".path")
    public record ScratchDirectory(
            @JsonPropertyDescription("Absolute path in the container, such as /tmp. 1 to 512 characters.")
            @Required
            @Size(min = 1, max = 512)
            String path,

            @JsonPropertyDescription(
                    "Largest size in bytes, such as 64Mi, and at least 4Ki. It counts towards the memory limit."
                            + " Default 64Mi.")
            Quantity sizeLimit,

            @JsonPropertyDescription("true: programs in the directory can be executed. Default false.")
            @Default("false")
            Boolean exec) {}

    /** Bounds of the container's own writable layer, where there is one. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record WritableLayerSpec(
            @JsonPropertyDescription(
                    "Largest size in bytes, such as 100Mi. A replica that exceeds it is replaced by a fresh one."
                            + " Default: unlimited.")
            Quantity sizeLimit) {}
}
