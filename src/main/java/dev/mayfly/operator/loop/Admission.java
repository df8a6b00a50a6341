package dev.mayfly.operator.loop;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Usage;
import dev.mayfly.core.plan.Rollout;
import dev.mayfly.operator.loop.CapacityLimits.Fit;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntime.Capacity;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Limits each workload to as many replicas as fit the engine and the configured caps, regardless of how many workloads
 * are reconciled at the same time. {@code replicas: 5000} can't overload a machine.
 *
 * <p>A workload's plan is made without a lock, for as many replicas as fitted at its start. Its launches then reserve
 * capacity under {@link AdmissionLock} if at least as many still fit; else the plan is made again for fewer. The
 * reservation is held until the runtime has accepted the launches, so that all other workloads count them from memory:
 * once, in one place or the other.
 */
@ApplicationScoped
class Admission {
    private final CapacityLimits limits;
    private final AdmissionLock lock = new AdmissionLock();
    /** Guarded by the lock. A workload has at most one, since only one reconciliation of it runs at a time. */
    private final Map<OwnerId, Bounded> reserved = new HashMap<>();

    Admission(MayflyConfig config) {
        limits = new CapacityLimits(config);
    }

    /** @param shortage the missing capacity if not all replicas fit */
    record Admitted(Desired desired, Optional<Failure> shortage) {

        /** For a runtime without limits of its own. */
        static Admitted all(Desired wanted) {
            return new Admitted(wanted.admitting(Integer.MAX_VALUE), Optional.empty());
        }
    }

    /**
     * Counts the replicas that fit; reserves nothing yet.
     *
     * @throws dev.mayfly.runtime.RuntimeUnavailable if the engine did not answer
     */
    Reservation open(ContainerRuntime runtime, Desired wanted, Observed observed) {
        return runtime.capacity()
                .<Reservation>map(capacity -> new Bounded(runtime, wanted, observed, capacity))
                .orElseGet(() -> new Unbounded(Admitted.all(wanted)));
    }

    /** Capacity for one workload's plan. */
    interface Reservation extends AutoCloseable {
        /** The workload to plan for. */
        Admitted admitted();

        /**
         * Reserves capacity for the launches.
         *
         * @return false if other workloads took some of it in the meantime, so that {@link #admitted} is less now
         */
        boolean take(List<Launch> launches);

        /** Releases the reservation, once the runtime has accepted the launches or never will. */
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
        private final Capacity capacity;
        private Fit fit;
        private List<Launch> launches = List.of();

        Bounded(ContainerRuntime runtime, Desired wanted, Observed observed, Capacity capacity) {
            this.runtime = runtime;
            this.wanted = wanted;
            this.observed = observed;
            this.capacity = capacity;
            this.fit = lock.hold(this::fit);
        }

        @Override
        public Admitted admitted() {
            return Admission.admitted(wanted, observed, fit);
        }

        @Override
        public boolean take(List<Launch> requested) {
            if (requested.isEmpty()) {
                return true;
            }
            return lock.hold(() -> {
                var now = fit();
                if (now.replicas() < fit.replicas()) {
                    fit = now; // decreases each time, so the retries terminate
                    return false;
                }
                launches = requested;
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

        /**
         * A workload with a reservation counts as one view of it shows it, with the reserved launches that are not accepted
         * yet; all others as the sums have them. So no launch counts twice, or not at all, at the moment it is accepted.
         */
        private Fit fit() {
            var own = wanted.owner();
            var others = reserved.values().stream()
                    .filter(other ->
                            other.capacity == capacity && !other.owner().equals(own))
                    .toList();
            var apart = Stream.concat(Stream.of(own), others.stream().map(Bounded::owner))
                    .collect(Collectors.toSet());
            var used = capacity.usedExcept(apart, own.namespace());
            var everywhere = used.everywhere();
            var namespace = used.namespace();
            for (var other : others) {
                var theirs = other.withLaunches();
                everywhere = everywhere.plus(theirs);
                namespace = other.owner().namespace().equals(own.namespace()) ? namespace.plus(theirs) : namespace;
            }
            return limits.fit(wanted, everywhere, namespace, capacity.total());
        }

        private OwnerId owner() {
            return wanted.owner();
        }

        private Usage withLaunches() {
            var all = runtime.observe(owner(), observed.now());
            for (var launch : launches) {
                all = all.find(launch.id()).isPresent() ? all : all.with(launch.pending(observed.now()));
            }
            return Usage.of(all);
        }
    }

    private static Admitted admitted(Desired wanted, Observed observed, Fit fit) {
        var fits = fit.replicas();
        var desired = wanted.admitting(fits);
        var shortage = fits < wanted.replicas()
                ? Optional.of(new Failure(
                        "InsufficientCapacity",
                        "%d of %d replicas fit: %s. Lower %s, or make room."
                                .formatted(
                                        fits, wanted.replicas(), fit.missing().get(), fit.lower())))
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
