package dev.mayfly.operator.loop;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Template.Requests;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Computes how many replicas of a template fit the engine and the configured caps, and which capacity is missing for
 * more.
 */
final class CapacityLimits {
    private final MayflyConfig.Capacity caps;
    private final Requests reserve;

    CapacityLimits(MayflyConfig.Capacity caps) {
        this.caps = caps;
        reserve = new Requests(
                caps.reserveCpu()
                        .getNumericalAmount()
                        .multiply(BigDecimal.valueOf(1000))
                        .longValue(),
                bytes(caps.reserveMemory()));
    }

    /** @param replicas occupied slots, and terminating replicas */
    record Usage(long replicas, Requests requests) {
        static final Usage NONE = new Usage(0, Requests.NONE);

        static Usage of(Observed observed) {
            return new Usage((long) observed.occupied() + observed.count(Phase.TERMINATING), observed.held());
        }

        Usage plus(Usage other) {
            return new Usage(replicas + other.replicas, requests.plus(other.requests));
        }
    }

    /** @param missing describes the capacity that one more replica lacks */
    record Fit(int replicas, Supplier<String> missing) {}

    /**
     * @param everywhere usage of all other workloads
     * @param namespace usage of other workloads in the workload's namespace
     * @param total capacity of the machine
     */
    Fit fit(Desired wanted, Usage everywhere, Usage namespace, Requests total) {
        var each = wanted.template().resources().requests();
        var used = everywhere.requests();
        return Stream.of(
                        new Bound(
                                caps.maxReplicas() - everywhere.replicas(),
                                () -> "the engine takes %d replicas (mayfly.capacity.max-replicas) and others have %d"
                                        .formatted(caps.maxReplicas(), everywhere.replicas())),
                        new Bound(
                                caps.maxReplicasPerNamespace() - namespace.replicas(),
                                () ->
                                        "a namespace takes %d replicas (mayfly.capacity.max-replicas-per-namespace) and others in %s have %d"
                                                .formatted(
                                                        caps.maxReplicasPerNamespace(),
                                                        wanted.owner().namespace(),
                                                        namespace.replicas())),
                        bound(
                                "CPU",
                                "m",
                                1,
                                each.cpuMillis(),
                                total.cpuMillis() - reserve.cpuMillis(),
                                used.cpuMillis()),
                        bound(
                                "memory",
                                "Mi",
                                1 << 20,
                                each.memoryBytes(),
                                total.memoryBytes() - reserve.memoryBytes(),
                                used.memoryBytes()))
                .min(Comparator.comparingLong(Bound::fits))
                .map(least -> new Fit(Math.clamp(least.fits(), 0, Integer.MAX_VALUE), least.missing()))
                .orElseThrow();
    }

    /** One limit on the number of replicas. */
    private record Bound(long fits, Supplier<String> missing) {}

    private static Bound bound(String what, String unit, long perUnit, long each, long usable, long used) {
        return new Bound(
                each == 0 ? Long.MAX_VALUE : (usable - used) / each,
                () -> "each requests %d%s of %s, the engine has %d%s less its reserve, others have %d%s of it"
                        .formatted(each / perUnit, unit, what, usable / perUnit, unit, used / perUnit, unit));
    }

    private static long bytes(Quantity quantity) {
        return quantity.getNumericalAmount().longValue();
    }
}
