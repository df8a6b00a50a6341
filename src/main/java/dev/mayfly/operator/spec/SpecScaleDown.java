package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import com.google.re2j.Pattern;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec.ScaleDownSpec;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec.ScaleDownSpec.ReplicaCost;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.core.model.Desired.ScaleDownPolicy;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Lists;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code spec.scaleDown}, with replica names as slots. */
final class SpecScaleDown {
    private static final int HOUR = 3600;
    private static final Pattern SLOT = Pattern.compile("0|[1-9][0-9]{0,5}");

    private SpecScaleDown() {}

    /**
     * @param given null: omitted
     * @param workload the workload's name
     * @throws InvalidSpec if it names no possible replica of the workload
     */
    static ScaleDownPolicy read(ScaleDownSpec given, WorkloadTemplate template, String workload) {
        if (given == null) {
            return ScaleDownPolicy.DEFAULT;
        }
        return new ScaleDownPolicy(
                slots("remove", given.remove(), workload),
                slots("keep", given.keep(), workload),
                Lists.orEmpty(given.costs()).stream()
                        .collect(Collectors.toUnmodifiableMap(
                                cost -> slot("costs", cost.replica(), workload), ReplicaCost::cost, Math::max)),
                SpecProbes.probe("scaleDown.busyProbe", given.busyProbe(), template),
                Duration.ofSeconds(requireNonNullElse(given.busyDeadlineSeconds(), HOUR)));
    }

    private static Set<Integer> slots(String field, List<String> names, String workload) {
        return Lists.orEmpty(names).stream()
                .map(name -> slot(field, name, workload))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static int slot(String field, String name, String workload) {
        var prefix = workload + "-";
        var slot = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
        if (!SLOT.matches(slot)) {
            throw new InvalidSpec(
                    "spec.scaleDown." + field + ": '" + name + "' is no name of a replica of this workload;"
                            + " they are called " + prefix + "0, " + prefix + "1 and so on");
        }
        return Integer.parseInt(slot);
    }
}
