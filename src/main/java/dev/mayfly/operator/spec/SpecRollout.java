package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.api.v1alpha1.RolloutSpec;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.DesiredBuilder;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.plan.RolloutBudget;
import dev.mayfly.operator.cluster.InvalidSpec;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.time.Duration;

/** Reads a workload's fields beyond its template: the number of replicas, and how they are replaced. */
final class SpecRollout {
    static final Duration DEADLINE = Duration.ofSeconds(600);

    private static final IntOrString QUARTER = new IntOrString("25%");

    private SpecRollout() {}

    /** @throws InvalidSpec if the spec can't be honored */
    static Desired read(DesiredBuilder common, EphemeralWorkloadSpec spec, OwnerId owner) {
        var replicas = requireNonNullElse(spec.replicas(), 1);
        var rollout = requireNonNullElse(spec.rollout(), RolloutSpec.NONE);
        return common.replicas(replicas)
                .admitted(replicas)
                .paused(Boolean.TRUE.equals(spec.paused()))
                .budget(budget(rollout, replicas))
                .partition(Math.min(replicas, requireNonNullElse(rollout.partition(), 0)))
                .minReady(Duration.ofSeconds(requireNonNullElse(rollout.minReadySeconds(), 0)))
                .progressDeadline(
                        rollout.progressDeadlineSeconds() == null
                                ? DEADLINE
                                : Duration.ofSeconds(rollout.progressDeadlineSeconds()))
                .onFailure(onFailure(rollout))
                .maxRestarts(requireNonNullElse(spec.maxRestarts(), Desired.NO_LIMIT))
                .maxLifetime(SpecEphemerality.maxLifetime(spec.ephemerality()))
                .scaleDown(SpecScaleDown.read(spec.scaleDown(), spec.template(), owner.name()))
                .build();
    }

    private static Desired.OnFailure onFailure(RolloutSpec rollout) {
        return Desired.OnFailure.valueOf(requireNonNullElse(rollout.onFailure(), RolloutSpec.OnFailure.Pause)
                .name());
    }

    private static Desired.Budget budget(RolloutSpec rollout, int replicas) {
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
}
