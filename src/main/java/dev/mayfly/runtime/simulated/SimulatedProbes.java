package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.support.ReplicaHealth;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Probes simulated replicas and applies their answers as a runtime does. */
final class SimulatedProbes {
    private static final Failure SICK = new Failure("Unhealthy", "Liveness probe failed");
    private final ProbeAnswers answers;
    private final ReplicaIndex index;
    private final ReplicaHealth health;
    private final SimulatedClock clock;
    private final Latency latency;

    SimulatedProbes(
            ProbeAnswers answers, ReplicaIndex index, ReplicaHealth health, SimulatedClock clock, Latency latency) {
        this.answers = answers;
        this.index = index;
        this.health = health;
        this.clock = clock;
        this.latency = latency;
    }

    /** The replica started running: a gated one becomes ready some time later. */
    void started(ReplicaId id, Probes probes) {
        answers.ready(id, true); // discards the answer of an earlier replica with that ID
        answers.busy(id, false);
        found(id, probes);
    }

    /** The replica runs. */
    void found(ReplicaId id, Probes probes) {
        askBusy(id);
        if (index.find(id)
                .filter(replica -> replica.health().gated() && !replica.ready())
                .isPresent()) {
            var delay = probes.readiness().map(Probe::initialDelay).orElse(Duration.ZERO);
            after(delay.plus(latency.ready()), id, () -> {
                if (answers.getsReady(id) && succeeds(probes) && !hangs(id)) {
                    serving(id, true);
                }
            });
        }
        probes.liveness()
                .filter(probe -> !ProbeAnswers.succeeds(probe, true))
                .ifPresent(probe -> after(verdict(probe), id, () -> unhealthy(id, SICK)));
    }

    /** Unless the replica is gone by then: another one may have the slot and attempt. */
    private void after(Duration delay, ReplicaId id, Runnable step) {
        var container = index.container(id);
        clock.after(delay, () -> {
            if (index.container(id).equals(container)) {
                step.run();
            }
        });
    }

    private boolean hangs(ReplicaId id) {
        return index.find(id)
                .filter(replica -> latency.faults().hangs(id, replica.revision()))
                .isPresent();
    }

    private static boolean succeeds(Probes probes) {
        return probes.readiness()
                .map(probe -> ProbeAnswers.succeeds(probe, true))
                .orElse(true);
    }

    private static Duration verdict(Probe probe) {
        return probe.initialDelay().plus(probe.period().multipliedBy(probe.failureThreshold()));
    }

    void ready(ReplicaId id, boolean is) {
        answers.ready(id, is);
        serving(id, is);
    }

    private void serving(ReplicaId id, boolean is) {
        index.change(
                id,
                replica -> replica.phase() == Phase.RUNNING
                                && replica.health().unhealthy().isEmpty()
                        ? replica.serving(is, clock.instant())
                        : replica);
    }

    void unhealthy(ReplicaId id, Failure why) {
        index.change(
                id,
                replica -> replica.phase() == Phase.RUNNING
                        ? replica.serving(false, clock.instant())
                                .withHealth(health -> health.withUnhealthy(Optional.of(why)))
                        : replica);
    }

    void busy(ReplicaId id, boolean is) {
        answers.busy(id, is);
    }

    void watchBusy(OwnerId owner, Optional<Probe> probe) {
        var asked = answers.asks(owner);
        answers.begin(owner, probe).ifPresent(round -> askBusy(owner, round));
        if (probe.isEmpty() && asked) {
            replicas(owner).forEach(health::busyUnknown);
        }
    }

    private void askBusy(OwnerId owner, ProbeAnswers.Round round) {
        if (answers.goesOn(owner, round)) {
            replicas(owner).forEach(this::askBusy);
            clock.after(round.probe.period(), () -> askBusy(owner, round));
        }
    }

    private void askBusy(ReplicaId id) {
        answers.busy(id).ifPresent(busy -> health.busy(id, busy, clock.instant()));
    }

    private Stream<ReplicaId> replicas(OwnerId owner) {
        return index.observe(owner, clock.instant()).all().map(Replica::id);
    }

    /**
     * Answers of simulated replicas to their probes; exec probes of {@code true} and {@code false} answer accordingly.
     */
    static final class ProbeAnswers {
        private final Map<OwnerId, Round> rounds = new HashMap<>();
        private final Set<ReplicaId> busy = new HashSet<>();
        private final Set<ReplicaId> unready = new HashSet<>();

        /** A period of probing with one probe, until another replaces it. */
        static final class Round {
            final Probe probe;

            private Round(Probe probe) {
                this.probe = probe;
            }
        }

        /** The round that begins; empty if the probe is unchanged or probing stopped. */
        Optional<Round> begin(OwnerId owner, Optional<Probe> probe) {
            var before = Optional.ofNullable(rounds.get(owner)).map(round -> round.probe);
            if (probe.equals(before)) {
                return Optional.empty();
            }
            rounds.remove(owner);
            probe.ifPresent(requested -> rounds.put(owner, new Round(requested)));
            return Optional.ofNullable(rounds.get(owner));
        }

        boolean asks(OwnerId owner) {
            return rounds.containsKey(owner);
        }

        boolean goesOn(OwnerId owner, Round round) {
            return rounds.get(owner) == round;
        }

        void busy(ReplicaId id, boolean is) {
            put(busy, id, is);
        }

        void ready(ReplicaId id, boolean is) {
            put(unready, id, !is);
        }

        boolean getsReady(ReplicaId id) {
            return !unready.contains(id);
        }

        /** The replica's answer now; empty if it is not probed. */
        Optional<Boolean> busy(ReplicaId id) {
            return Optional.ofNullable(rounds.get(id.owner())).map(round -> succeeds(round.probe, busy.contains(id)));
        }

        static boolean succeeds(Probe probe, boolean otherwise) {
            return probe.check() instanceof Probe.Exec exec && (isWord("true", exec) || isWord("false", exec))
                    ? isWord("true", exec)
                    : otherwise;
        }

        /** Discards the operator's state; the replicas' state stays. */
        void forget() {
            rounds.clear();
        }

        private static boolean isWord(String word, Probe.Exec exec) {
            return exec.command().equals(List.of(word));
        }

        private static void put(Set<ReplicaId> set, ReplicaId id, boolean belongs) {
            if (belongs) {
                set.add(id);
            } else {
                set.remove(id);
            }
        }
    }
}
