package dev.mayfly.reconcile;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Requests;
import dev.mayfly.plan.Rollout;
import dev.mayfly.runtime.Capacity;
import io.fabric8.kubernetes.api.model.Quantity;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.Optional;

/** How many of the wanted replicas fit the engine and the configured caps. {@code replicas: 5000} can't take a machine down. */
@ApplicationScoped
class Admission {
    private final MayflyConfig.Capacity caps;
    private final Requests reserve;

    Admission(MayflyConfig config) {
        caps = config.capacity();
        reserve = new Requests(
                caps.reserveCpu()
                        .getNumericalAmount()
                        .multiply(BigDecimal.valueOf(1000))
                        .longValue(),
                bytes(caps.reserveMemory()));
    }

    /** @param shortage says what is missing where not all fit */
    record Admitted(Desired desired, Optional<Failure> shortage) {

        /** Where the runtime has no bounds of its own. */
        static Admitted all(Desired wanted) {
            return new Admitted(wanted, Optional.empty());
        }
    }

    /** A way to run out of room. */
    private record Room(long fits, String missing) {}

    Admitted admit(Desired wanted, Observed observed, Capacity capacity) {
        var owner = wanted.owner();
        var everywhere = capacity.used(owner, null);
        var namespace = capacity.used(owner, owner.namespace());
        var requests = wanted.template().resources().requests();
        var total = capacity.total();
        var room = least(
                new Room(
                        caps.maxReplicas() - everywhere.replicas(),
                        "the engine takes %d replicas (mayfly.capacity.max-replicas) and others have %d"
                                .formatted(caps.maxReplicas(), everywhere.replicas())),
                new Room(
                        caps.maxReplicasPerNamespace() - namespace.replicas(),
                        "a namespace takes %d replicas (mayfly.capacity.max-replicas-per-namespace) and others in %s have %d"
                                .formatted(caps.maxReplicasPerNamespace(), owner.namespace(), namespace.replicas())),
                room(
                        "CPU",
                        "m",
                        1,
                        requests.cpuMillis(),
                        total.cpuMillis() - reserve.cpuMillis(),
                        everywhere.requests().cpuMillis()),
                room(
                        "memory",
                        "Mi",
                        1 << 20,
                        requests.memoryBytes(),
                        total.memoryBytes() - reserve.memoryBytes(),
                        everywhere.requests().memoryBytes()));
        var fits = (int) Math.max(0, Math.min(Integer.MAX_VALUE, room.fits()));
        var admitted = wanted.admitting(fits);
        var shortage = fits < wanted.replicas()
                ? Optional.of(new Failure(
                        "InsufficientCapacity",
                        "%d of %d replicas fit: %s. Lower replicas or requests, or make room."
                                .formatted(fits, wanted.replicas(), room.missing())))
                : waiting(admitted, observed, fits, room.missing());
        return new Admitted(admitted, shortage);
    }

    private static Optional<Failure> waiting(Desired admitted, Observed observed, int fits, String missing) {
        return Rollout.waitsForCapacity(admitted, observed)
                ? Optional.of(new Failure(
                        "InsufficientCapacity",
                        "The rollout waits: spec.rollout.maxUnavailable is 0, and no replica more than %d fits: %s. Make room, lower requests, or allow maxUnavailable: 1."
                                .formatted(fits, missing)))
                : Optional.empty();
    }

    private static Room room(String what, String unit, long perUnit, long each, long usable, long used) {
        var fits = each == 0 ? Long.MAX_VALUE : (usable - used) / each;
        return new Room(
                fits,
                "each requests %d%s of %s, the engine has %d%s less its reserve, others have %d%s of it"
                        .formatted(each / perUnit, unit, what, usable / perUnit, unit, used / perUnit, unit));
    }

    private static Room least(Room... rooms) {
        var least = rooms[0];
        for (var room : rooms) {
            least = room.fits() < least.fits() ? room : least;
        }
        return least;
    }

    private static long bytes(Quantity quantity) {
        return quantity.getNumericalAmount().longValue();
    }
}
