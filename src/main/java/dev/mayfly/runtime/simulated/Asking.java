package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Probes simulated replicas and applies their answers as a runtime does. */
final class Asking {
    private static final Failure SICK = new Failure("Unhealthy", "Liveness probe failed");
    private final Asked asked = new Asked();
    private final Replicas replicas;
    private final Agenda agenda;
    private final Latency latency;
    private final InstantSource clock;

    Asking(Replicas replicas, Agenda agenda, Latency latency, InstantSource clock) {
        this.replicas = replicas;
        this.agenda = agenda;
        this.latency = latency;
        this.clock = clock;
    }

    /** The replica started running: a gated one becomes ready some time later. */
    void started(Replica replica, Probes probes) {
        asked.ready(replica.id(), true); // discards the answer of an earlier replica with that ID
        asked.busy(replica.id(), false);
        ask(replica, probes);
    }

    private void ask(Replica replica, Probes probes) {
        var id = replica.id();
        replicas.put(asked.answered(replica, now()));
        if (replica.health().gated() && !replica.ready()) {
            var delay = probes.readiness().map(Probe::initialDelay).orElse(Duration.ZERO);
            agenda.enter(now().plus(delay).plus(latency.ready()), () -> {
                if (asked.getsReady(id) && succeeds(probes)) {
                    serving(id, true);
                }
            });
        }
        probes.liveness()
                .filter(probe -> !Asked.succeeds(probe, true))
                .ifPresent(probe -> agenda.enter(now().plus(verdict(probe)), () -> unhealthy(id, SICK)));
    }

    private static boolean succeeds(Probes probes) {
        return probes.readiness().map(probe -> Asked.succeeds(probe, true)).orElse(true);
    }

    private static Duration verdict(Probe probe) {
        return probe.initialDelay().plus(probe.period().multipliedBy(probe.failureThreshold()));
    }

    void ready(ReplicaId id, boolean is) {
        asked.ready(id, is);
        serving(id, is);
    }

    private void serving(ReplicaId id, boolean is) {
        replicas.running(id)
                .filter(replica -> replica.health().unhealthy().isEmpty())
                .ifPresent(replica -> replicas.put(replica.serving(is, now())));
    }

    void unhealthy(ReplicaId id, Failure why) {
        replicas.running(id)
                .ifPresent(replica -> replicas.put(
                        replica.serving(false, now()).withHealth(health -> health.withUnhealthy(Optional.of(why)))));
    }

    void busy(ReplicaId id, boolean is) {
        asked.busy(id, is);
    }

    void watchBusy(OwnerId owner, Optional<Probe> probe) {
        asked.begin(owner, probe).ifPresent(round -> ask(owner, round));
        if (probe.isEmpty()) {
            replicas.of(owner)
                    .all()
                    .filter(replica -> replica.health().busy().isPresent())
                    .forEach(replica -> replicas.put(replica.withHealth(health -> health.withBusy(Optional.empty()))));
        }
    }

    private void ask(OwnerId owner, Asked.Round round) {
        if (asked.goesOn(owner, round)) {
            replicas.of(owner)
                    .all()
                    .filter(replica -> replica.phase() == Phase.RUNNING)
                    .forEach(replica -> replicas.put(asked.answered(replica, now())));
            agenda.enter(now().plus(round.probe.period()), () -> ask(owner, round));
        }
    }

    /** The operator lost its state: running replicas that are not ready are probed again. */
    void forget() {
        asked.forget();
        replicas.all().forEach(replica -> {
            replicas.put(replica.withHealth(health -> health.withBusy(Optional.empty())));
            if (replica.phase() == Phase.RUNNING) {
                ask(replica.withHealth(health -> health.withBusy(Optional.empty())), Probes.NONE);
            }
        });
    }

    private Instant now() {
        return clock.instant();
    }
}
