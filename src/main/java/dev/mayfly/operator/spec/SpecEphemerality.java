package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.EphemeralitySpec;
import dev.mayfly.api.v1alpha1.EphemeralitySpec.AuditSpec;
import dev.mayfly.api.v1alpha1.EphemeralitySpec.ScratchDirectory;
import dev.mayfly.api.v1alpha1.EphemeralitySpec.UncoveredVolumes;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Ephemerality.Scratch;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Lists;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads {@code spec.ephemerality}. */
final class SpecEphemerality {
    private static final long DEFAULT_SCRATCH_BYTES = 64L << 20;

    private SpecEphemerality() {}

    /** @param given null: omitted */
    static Ephemerality read(EphemeralitySpec given) {
        var spec = requireNonNullElse(given, EphemeralitySpec.NONE);
        var mode = spec.mode() == null ? Mode.Enforce : Mode.valueOf(spec.mode().name());
        var scratch = spec.scratch() == null
                ? Ephemerality.DEFAULT_SCRATCH
                : spec.scratch().stream().map(SpecEphemerality::scratch).toList();
        return new Ephemerality(
                mode,
                mode == Mode.Off ? List.of() : scratch,
                spec.scratch() != null,
                spec.uncoveredVolumes() == UncoveredVolumes.Scratch);
    }

    /**
     * @param given null: omitted
     * @param refused called if the size limit of the writable layer can't be read; it then counts as absent
     */
    static AuditPolicy audit(EphemeralitySpec given, Consumer<InvalidSpec> refused) {
        var spec = requireNonNullElse(given, EphemeralitySpec.NONE);
        var audit = requireNonNullElse(spec.audit(), new AuditSpec(null, null, null));
        return new AuditPolicy(
                Duration.ofSeconds(requireNonNullElse(audit.periodSeconds(), 30)),
                Lists.orEmpty(audit.ignorePaths()),
                OnWrite.valueOf(requireNonNullElse(audit.onWrite(), AuditSpec.OnWrite.Report)
                        .name()),
                layerBytes(spec, refused));
    }

    private static long layerBytes(EphemeralitySpec spec, Consumer<InvalidSpec> refused) {
        try {
            return spec.writableLayer() == null
                    ? 0
                    : SpecResources.bytes(spec.writableLayer().sizeLimit());
        } catch (InvalidSpec invalid) {
            refused.accept(invalid);
            return 0;
        }
    }

    /** @param given null: omitted */
    static Optional<Duration> maxLifetime(EphemeralitySpec given) {
        return Optional.ofNullable(given)
                .map(EphemeralitySpec::maxLifetimeSeconds)
                .map(Duration::ofSeconds);
    }

    private static Scratch scratch(ScratchDirectory given) {
        var size = given.sizeLimit() == null ? DEFAULT_SCRATCH_BYTES : SpecResources.bytes(given.sizeLimit());
        return new Scratch(SpecVolumes.normal(given.path()), size, Boolean.TRUE.equals(given.exec()));
    }
}
