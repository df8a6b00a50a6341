package dev.mayfly.operator.loop;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Usage;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Computes how many replicas of a template fit the engine and the configured caps, and which capacity is missing for
 * more.
 */
final class CapacityLimits {
    private static final int MEBIBYTE = 1 << 20;

    private final MayflyConfig.Capacity caps;
    private final int hostPorts;
    private final Requests reserve;

    CapacityLimits(MayflyConfig config) {
        caps = config.capacity();
        hostPorts = config.hostPorts().maxPerNamespace();
        reserve = new Requests(
                caps.reserveCpu()
                        .getNumericalAmount()
                        .multiply(BigDecimal.valueOf(1000))
                        .longValue(),
                bytes(caps.reserveMemory()));
    }

    /**
     * @param missing describes the capacity that one more replica lacks
     * @param lower what the author of the spec can lower so that more fit
     */
    record Fit(int replicas, Supplier<String> missing, String lower) {}

    /**
     * @param everywhere usage of all other workloads
     * @param namespace usage of other workloads in the workload's namespace
     * @param total capacity of the machine
     */
    Fit fit(Desired wanted, Usage everywhere, Usage namespace, Requests total) {
        var each = wanted.template().reservation();
        var name = wanted.owner().namespace();
        var engine = new Limit(
                total.minus(reserve),
                everywhere.requests(),
                "the engine has %s less its reserve, others have %s of it");
        var share = new Limit(
                engine.usable().percent(caps.maxPercentPerNamespace()),
                namespace.requests(),
                "a namespace has %s (mayfly.capacity.max-percent-per-namespace), others in " + name + " have %s of it");
        return Stream.of(
                        new Bound(
                                caps.maxReplicas() - everywhere.replicas(),
                                () -> "the engine takes %d replicas (mayfly.capacity.max-replicas) and others have %d"
                                        .formatted(caps.maxReplicas(), everywhere.replicas())),
                        new Bound(
                                caps.maxReplicasPerNamespace() - namespace.replicas(),
                                () ->
                                        "a namespace takes %d replicas (mayfly.capacity.max-replicas-per-namespace) and others in %s have %d"
                                                .formatted(caps.maxReplicasPerNamespace(), name, namespace.replicas())),
                        hostPorts(each.hostPorts(), namespace.requests().hostPorts(), name),
                        engine.cpu(each),
                        engine.memory(each),
                        share.cpu(each),
                        share.memory(each))
                .min(Comparator.comparingLong(Bound::fits))
                .map(least -> new Fit(Math.clamp(least.fits(), 0, Integer.MAX_VALUE), least.missing(), least.lower()))
                .orElseThrow();
    }

    private Bound hostPorts(long each, long taken, String namespace) {
        return new Bound(
                each == 0 ? Long.MAX_VALUE : (hostPorts - taken) / each,
                () ->
                        "each publishes %d host ports, a namespace has %d (mayfly.host-ports.max-per-namespace), others in %s have %d of them"
                                .formatted(each, hostPorts, namespace, taken),
                "the number of hostPorts");
    }

    /** One limit on the number of replicas. */
    private record Bound(long fits, Supplier<String> missing, String lower) {
        Bound(long fits, Supplier<String> missing) {
            this(fits, missing, "replicas or requests");
        }
    }

    /**
     * A limit on what replicas request.
     *
     * @param used by other workloads
     * @param missing says what is usable, and what others have
     */
    private record Limit(Requests usable, Requests used, String missing) {
        Bound cpu(Requests each) {
            return bound("CPU", each.cpuMillis(), usable.cpuMillis(), used.cpuMillis(), millis -> millis + "m");
        }

        Bound memory(Requests each) {
            return bound(
                    "memory",
                    each.memoryBytes(),
                    usable.memoryBytes(),
                    used.memoryBytes(),
                    bytes -> bytes / MEBIBYTE + "Mi");
        }

        private Bound bound(String what, long each, long has, long taken, LongFunction<String> amount) {
            return new Bound(
                    each == 0 ? Long.MAX_VALUE : (has - taken) / each,
                    () -> "each requests %s of %s, ".formatted(amount.apply(each), what)
                            + missing.formatted(amount.apply(has), amount.apply(taken)));
        }
    }

    private static long bytes(Quantity quantity) {
        return quantity.getNumericalAmount().longValue();
    }
}
