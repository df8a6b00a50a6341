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
                "Enforce: the root file system is read-only, writes go to volumes and scratch directories only. Audit:"
                        + " writes elsewhere are allowed, found and reported. Off: neither; the engine's ordinary writable"
                        + " layer, thrown away with the replica. Default Enforce.")
        @Default("Enforce")
        Mode mode,

        @JsonPropertyDescription(
                "Directories in memory, empty in each replica, in which directories that the image has below them are"
                        + " kept. Where none are given: /tmp (64Mi), /run (16Mi) and /var/tmp (64Mi), made smaller where the"
                        + " memory limit is small. An empty list: none. Not used with mode: Off.")
        @Size(max = 16)
        List<ScratchDirectory> scratch,

        @JsonPropertyDescription(
                "What becomes of a VOLUME of the image that has neither a mount nor a scratch directory at exactly its"
                        + " path. Refuse: nothing is started, and the condition says what to add. Scratch: memory is mapped"
                        + " over it (64Mi each). Never an anonymous volume. Default Refuse.")
        @Default("Refuse")
        UncoveredVolumes uncoveredVolumes,

        @JsonPropertyDescription("How writes are looked for with mode: Audit.")
        AuditSpec audit,

        @JsonPropertyDescription("Bounds of the writable layer with mode: Audit or Off.")
        WritableLayerSpec writableLayer,

        @JsonPropertyDescription(
                "Seconds after which a replica is replaced, one by one, give or take a tenth. Default: never.")
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
                    "Seconds between two looks at each replica; one more is taken when it ends, before it is removed."
                            + " Default 30.")
            @Default("30")
            @Min(1)
            @Max(86400)
            Integer intervalSeconds,

            @JsonPropertyDescription(
                    "Globs of absolute paths at which writes are no finding: * stands for any text without '/', ** for any"
                            + " text, ? for one character, such as /var/cache/**. Default: none.")
            @Size(max = 32)
            List<@Size(min = 1, max = 256) String> ignorePaths,

            @JsonPropertyDescription(
                    "Report: findings are reported. Recreate: a replica that wrote is replaced by a fresh one as well, within"
                            + " the rollout's budget and through back-off. Stop: it is stopped gracefully and its slot given up"
                            + " until the template changes. Default Report.")
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
            @JsonPropertyDescription("Absolute path in the container, such as /tmp.")
            @Required
            @Size(min = 1, max = 512)
            String path,

            @JsonPropertyDescription(
                    "Largest size in bytes, such as 64Mi; it counts against the memory limit. Default 64Mi.")
            Quantity sizeLimit,

            @JsonPropertyDescription("true: programs in it may be executed. Default false.") @Default("false")
            Boolean exec) {}

    /** Bounds of the container's own writable layer, where there is one. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record WritableLayerSpec(
            @JsonPropertyDescription(
                    "Largest size in bytes, such as 100Mi: a replica over it is replaced by a fresh one. Modes Audit and Off"
                            + " only. Default: unlimited.")
            Quantity sizeLimit) {}
}
