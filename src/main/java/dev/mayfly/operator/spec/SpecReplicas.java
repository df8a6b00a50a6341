package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import com.google.re2j.Pattern;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec.RolloutSpec;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec.ScaleDownSpec;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec.ScaleDownSpec.ReplicaCost;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec.ScaleToZeroSpec;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec.WarmSpec;
import dev.mayfly.api.v1alpha1.ProbeSpec;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Desired.Restarts;
import dev.mayfly.core.model.Desired.Rollout;
import dev.mayfly.core.model.Desired.ScaleDownPolicy;
import dev.mayfly.core.model.Desired.ScaleDownPolicy.ToZero;
import dev.mayfly.core.model.Desired.WarmPool;
import dev.mayfly.core.model.DesiredBuilder;
import dev.mayfly.core.model.Probe;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Lists;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Reads a workload's fields beyond its template: the number of replicas, and how they are replaced and removed. */
final class SpecReplicas {
    private static final int PROGRESS_DEADLINE_SECONDS = 600;
    private static final int IDLE_SECONDS = 300;
    private static final int BUSY_DEADLINE_SECONDS = 3600;
    private static final IntOrString QUARTER = new IntOrString("25%");
    private static final Pattern SLOT = Pattern.compile("0|[1-9][0-9]{0,5}");

    private final String workload;
    private final Consumer<InvalidSpec> refused;

    /**
     * @param workload the workload's name
     * @param refused called for each field that can't be honored; it then counts as absent
     */
    SpecReplicas(String workload, Consumer<InvalidSpec> refused) {
        this.workload = workload;
        this.refused = refused;
    }

    Desired read(DesiredBuilder common, EphemeralWorkloadSpec spec) {
        var replicas = requireNonNullElse(spec.replicas(), 1);
        return common.replicas(replicas)
                .admitted(replicas)
                .rollout(rollout(spec, replicas))
                .restarts(common.restarts()
                        .withMaxConsecutiveFailures(
                                requireNonNullElse(spec.maxConsecutiveFailures(), Restarts.NO_LIMIT))
                        .withWarm(warm(spec.warm())))
                .scaleDown(scaleDown(spec.scaleDown(), spec.template()).withToZero(toZero(spec.scaleToZero())))
                .build();
    }

    private Rollout rollout(EphemeralWorkloadSpec spec, int replicas) {
        var given = requireNonNullElse(spec.rollout(), RolloutSpec.NONE);
        return Rollout.NONE.with(rollout -> rollout.paused(Boolean.TRUE.equals(spec.paused()))
                .budget(budget(given, replicas))
                .partition(Math.min(replicas, requireNonNullElse(given.partition(), 0)))
                .minReady(Duration.ofSeconds(requireNonNullElse(given.minReadySeconds(), 0)))
                .progressDeadline(Duration.ofSeconds(
                        requireNonNullElse(given.progressDeadlineSeconds(), PROGRESS_DEADLINE_SECONDS)))
                .onFailure(onFailure(given))
                .maxLifetime(SpecEphemerality.maxLifetime(spec.ephemerality())));
    }

    private static WarmPool warm(WarmSpec given) {
        return given == null
                ? WarmPool.NONE
                : WarmPool.NONE
                        .withSize(requireNonNullElse(given.size(), 0))
                        .withOnDemand(requireNonNullElse(given.onDemand(), 0))
                        .withHold(WarmPool.Hold.valueOf(requireNonNullElse(given.hold(), WarmSpec.Hold.Paused)
                                .name()));
    }

    private Optional<ToZero> toZero(ScaleToZeroSpec given) {
        return Optional.ofNullable(given)
                .map(zero -> new ToZero(
                        Duration.ofSeconds(requireNonNullElse(zero.idleSeconds(), IDLE_SECONDS)),
                        requireNonNullElse(zero.service(), workload)));
    }

    private static Desired.OnFailure onFailure(RolloutSpec rollout) {
        return Desired.OnFailure.valueOf(requireNonNullElse(rollout.onFailure(), RolloutSpec.OnFailure.Pause)
                .name());
    }

    private Budget budget(RolloutSpec rollout, int replicas) {
        try {
            return Budget.resolve(
                    text(requireNonNullElse(rollout.maxSurge(), QUARTER)),
                    text(requireNonNullElse(rollout.maxUnavailable(), QUARTER)),
                    replicas);
        } catch (IllegalArgumentException e) {
            refused.accept(new InvalidSpec("spec.rollout: " + e.getMessage()));
            return Budget.resolve(text(QUARTER), text(QUARTER), replicas);
        }
    }

    private static String text(IntOrString value) {
        return String.valueOf(value.getValue());
    }

    /**
     * Reads {@code spec.scaleDown}, with replica names as slots. A name that no replica of the workload can have is refused
     * alone; the others hold.
     *
     * @param given null: omitted
     */
    ScaleDownPolicy scaleDown(ScaleDownSpec given, WorkloadTemplate template) {
        if (given == null) {
            return ScaleDownPolicy.DEFAULT;
        }
        return new ScaleDownPolicy(
                slots("removeFirst", given.removeFirst()),
                slots("removeLast", given.removeLast()),
                costs(Lists.orEmpty(given.costs())),
                busyProbe(given.busyProbe(), template),
                Duration.ofSeconds(requireNonNullElse(given.busyDeadlineSeconds(), BUSY_DEADLINE_SECONDS)));
    }

    private Optional<Probe> busyProbe(ProbeSpec given, WorkloadTemplate template) {
        try {
            return SpecProbes.probe("scaleDown.busyProbe", given, template);
        } catch (InvalidSpec invalid) {
            refused.accept(invalid);
            return Optional.empty();
        }
    }

    private Set<Integer> slots(String field, List<String> names) {
        return Lists.orEmpty(names).stream()
                .flatMap(name -> slot(field, name).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private Map<Integer, Integer> costs(List<ReplicaCost> given) {
        var costs = new HashMap<Integer, Integer>();
        given.forEach(
                cost -> slot("costs", cost.replica()).ifPresent(slot -> costs.merge(slot, cost.cost(), Math::max)));
        return Map.copyOf(costs);
    }

    private Optional<Integer> slot(String field, String name) {
        var prefix = workload + "-";
        var slot = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
        if (!SLOT.matches(slot)) {
            refused.accept(new InvalidSpec(
                    "spec.scaleDown." + field + ": '" + name + "' is no name of a replica of this workload;"
                            + " they are called " + prefix + "0, " + prefix + "1 and so on"));
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(slot));
    }
}
