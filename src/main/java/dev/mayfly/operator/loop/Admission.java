package dev.mayfly.operator.loop;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Requests;
import dev.mayfly.core.plan.Rollout;
import dev.mayfly.operator.loop.CapacityLimits.Fit;
import dev.mayfly.operator.loop.CapacityLimits.Usage;
import dev.mayfly.runtime.ContainerRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How many of the wanted replicas fit the engine and the configured caps, however many workloads are planned for at the same
 * time. {@code replicas: 5000} can't take a machine down.
 *
 * <p>A workload's plan is made without a lock, for as many replicas as fitted when it began. Its launches then reserve their
 * room under {@link AdmissionLock}, where at least as many still fit; else the plan is made again for fewer. The reservation stands
 * until the runtime has accepted the launches, so that everybody else counts them from memory: once, in one place or the other.
 */
@ApplicationScoped
class Admission {
    private final CapacityLimits limits;
    private final AdmissionLock lock = new AdmissionLock();
    /** Guarded by the lock. A workload has one at most, since only one reconciliation of it runs at a time. */
    private final Map<OwnerId, Reservation> reserved = new HashMap<>();

    Admission(MayflyConfig config) {
        limits = new CapacityLimits(config.capacity());
    }

    /** @param shortage says what is missing where not all fit */
    record Admitted(Desired desired, Optional<Failure> shortage) {

        /** Where the runtime has no bounds of its own. */
        static Admitted all(Desired wanted) {
            return new Admitted(wanted, Optional.empty());
        }
    }

    /** Looks how many fit; reserves nothing yet. @throws dev.mayfly.runtime.RuntimeUnavailable where that is not known */
    Reservation open(ContainerRuntime runtime, Desired wanted, Observed observed) {
        return runtime.capacity()
                .<Reservation>map(capacity -> new Bounded(runtime, wanted, observed, capacity.total()))
                .orElseGet(() -> new Unbounded(Admitted.all(wanted)));
    }

    /** Room for one workload's plan. */
    interface Reservation extends AutoCloseable {
        /** What to plan for. */
        Admitted admitted();

        /** Reserves room for the launches. False: others took some of it meanwhile, and {@link #admitted} is less now. */
        boolean take(List<Launch> launches);

        /** The runtime has accepted the launches, or never will. */
        @Override
        void close();
    }

    private record Unbounded(Admitted admitted) implements Reservation {
        @Override
        public boolean take(List<Launch> launches) {
            return true;
        }

        @Override
        public void close() {
            // nothing was reserved
        }
    }

    private final class Bounded implements Reservation {
        private final ContainerRuntime runtime;
        private final Desired wanted;
        private final Observed observed;
        private final Requests total;
        private Fit fit;
        private List<Launch> launches = List.of();

        Bounded(ContainerRuntime runtime, Desired wanted, Observed observed, Requests total) {
            this.runtime = runtime;
            this.wanted = wanted;
            this.observed = observed;
            this.total = total;
            this.fit = lock.hold(this::look);
        }

        @Override
        public Admitted admitted() {
            return Admission.admitted(wanted, observed, fit);
        }

        @Override
        public boolean take(List<Launch> asked) {
            if (asked.isEmpty()) {
                return true;
            }
            return lock.hold(() -> {
                var now = look();
                if (now.replicas() < fit.replicas()) {
                    fit = now; // each time less, so asking again comes to an end
                    return false;
                }
                launches = asked;
                reserved.put(wanted.owner(), this);
                return true;
            });
        }

        @Override
        public void close() {
            if (!launches.isEmpty()) {
                lock.hold(() -> reserved.remove(wanted.owner()));
            }
        }

        private Fit look() {
            var everywhere = Usage.NONE;
            var namespace = Usage.NONE;
            var owners = Stream.concat(runtime.owners().stream(), reserved.keySet().stream())
                    .distinct()
                    .filter(owner -> !owner.equals(wanted.owner()));
            for (var owner : (Iterable<OwnerId>) owners::iterator) {
                var used = used(owner);
                everywhere = everywhere.plus(used);
                if (owner.namespace().equals(wanted.owner().namespace())) {
                    namespace = namespace.plus(used);
                }
            }
            return limits.fit(wanted, everywhere, namespace, total);
        }

        /** With what is reserved of the same runtime and not accepted yet: seen together, so that nothing counts twice. */
        private Usage used(OwnerId owner) {
            var seen = runtime.observe(owner, observed.now());
            if (reserved.get(owner) instanceof Bounded other && other.runtime == runtime) {
                for (var launch : other.launches) {
                    seen = seen.find(launch.id()).isPresent() ? seen : seen.with(launch.pending(observed.now()));
                }
            }
            return Usage.of(seen);
        }
    }

    private static Admitted admitted(Desired wanted, Observed observed, Fit fit) {
        var fits = fit.replicas();
        var desired = wanted.admitting(fits);
        var shortage = fits < wanted.replicas()
                ? Optional.of(new Failure(
                        "InsufficientCapacity",
                        "%d of %d replicas fit: %s. Lower replicas or requests, or make room."
                                .formatted(
                                        fits, wanted.replicas(), fit.missing().get())))
                : waiting(desired, observed, fit);
        return new Admitted(desired, shortage);
    }

    private static Optional<Failure> waiting(Desired admitted, Observed observed, Fit fit) {
        return Rollout.waitsForCapacity(admitted, observed)
                ? Optional.of(new Failure(
                        "InsufficientCapacity",
                        "The rollout waits: spec.rollout.maxUnavailable is 0, and no replica more than %d fits: %s. Make room, lower requests, or allow maxUnavailable: 1."
                                .formatted(fit.replicas(), fit.missing().get())))
                : Optional.empty();
    }
}
