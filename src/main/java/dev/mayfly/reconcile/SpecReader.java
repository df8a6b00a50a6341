package dev.mayfly.reconcile;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.BackoffSpec;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.RolloutSpec;
import dev.mayfly.api.v1alpha1.RuntimeName;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.model.AuditPolicy;
import dev.mayfly.model.Desired;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Template;
import dev.mayfly.plan.RolloutBudget;
import io.fabric8.kubernetes.api.model.IntOrString;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;

/** Reads a workload as what it asks for, with Kubernetes' defaults where the API server filled in none. */
@Singleton
public class SpecReader {
    private static final IntOrString QUARTER = new IntOrString("25%");
    private static final int HISTORY_LIMIT = 1;
    private final MayflyConfig config;
    private final SpecRules rules;

    public SpecReader(MayflyConfig config) {
        this.config = config;
        this.rules = new SpecRules(config);
    }

    /**
     * What the workload asks for, all of it admitted.
     *
     * @param content of the objects that it refers to
     * @throws InvalidSpec where it can't be honoured
     */
    public Desired read(EphemeralWorkload workload, Content content) {
        if (workload.isMarkedForDeletion()) {
            return leaving(workload);
        }
        var desired = desired(workload, content);
        rules.check(workload, runtime(workload), desired.template());
        return desired;
    }

    /**
     * The same without a judgement about what the operator allows, and without content: what the workload would use if it
     * were let. Its revision is none that it ever has.
     *
     * @throws InvalidSpec where it can't even be read
     */
    public Desired unjudged(EphemeralWorkload workload) {
        return desired(workload, Content.UNREAD);
    }

    private Desired desired(EphemeralWorkload workload, Content content) {
        var spec = workload.getSpec();
        if (spec == null || spec.template() == null || spec.template().image() == null) {
            throw new InvalidSpec("spec.template.image is missing: say which image to run");
        }
        var owner = owner(workload);
        var template = SpecTemplate.read(spec.template(), SpecEphemerality.read(spec.ephemerality()), owner, content);
        var runtime = runtime(workload);
        var replicas = requireNonNullElse(spec.replicas(), 1);
        return new Desired(
                owner,
                false,
                replicas,
                replicas,
                SpecRevision.of(spec.template(), runtime, template.ephemerality(), hash(template, content)),
                template,
                Map.of(),
                Boolean.TRUE.equals(spec.paused()),
                budget(spec.rollout(), replicas),
                backOff(spec.backoff()),
                HISTORY_LIMIT,
                SpecEphemerality.audit(spec.ephemerality()),
                Set.of());
    }

    /** That all of the workload must go. Never refused: whatever the spec says, it must be able to go. */
    public Desired leaving(EphemeralWorkload workload) {
        return new Desired(
                owner(workload),
                true,
                0,
                0,
                "",
                SpecTemplate.leaving(workload.getSpec(), owner(workload)),
                Map.of(),
                false,
                new Desired.Budget(0, 1),
                backOff(null),
                0,
                AuditPolicy.DEFAULT,
                Set.of());
    }

    /** The runtime that the workload's replicas live in: its own choice, else the one it started with, else the default. */
    public String runtime(EphemeralWorkload workload) {
        var spec = workload.getSpec();
        if (spec != null && spec.runtime() != null) {
            return spec.runtime().name();
        }
        var status = workload.getStatus();
        return status != null && status.runtime() != null
                ? status.runtime()
                : RuntimeName.valueOf(config.runtime().byDefault()).name();
    }

    /** Who the workload's replicas belong to. */
    public static OwnerId owner(EphemeralWorkload workload) {
        var metadata = workload.getMetadata();
        return new OwnerId("EphemeralWorkload", metadata.getNamespace(), metadata.getName(), metadata.getUid());
    }

    private static String hash(Template template, Content content) {
        return content.read() ? ContentHash.of(template, content.key()) : "";
    }

    private static Desired.Budget budget(RolloutSpec given, int replicas) {
        var rollout = requireNonNullElse(given, new RolloutSpec(null, null));
        try {
            return RolloutBudget.resolve(
                    text(requireNonNullElse(rollout.maxSurge(), QUARTER)),
                    text(requireNonNullElse(rollout.maxUnavailable(), QUARTER)),
                    replicas);
        } catch (IllegalArgumentException e) {
            throw new InvalidSpec("spec.rollout: " + e.getMessage());
        }
    }

    private static String text(IntOrString value) {
        return String.valueOf(value.getValue());
    }

    private static Desired.BackOffPolicy backOff(BackoffSpec given) {
        var backoff = requireNonNullElse(given, new BackoffSpec(null, null, null, null));
        return new Desired.BackOffPolicy(
                requireNonNullElse(backoff.initialSeconds(), 10),
                requireNonNullElse(backoff.factor(), 2),
                requireNonNullElse(backoff.maxSeconds(), 300),
                requireNonNullElse(backoff.resetAfterSeconds(), 600));
    }
}
