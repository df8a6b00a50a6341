package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.ReplicaId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Answers of simulated replicas to their probes; exec probes of {@code true} and {@code false} answer accordingly. */
final class ProbeAnswers {
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
