package dev.mayfly.node.mirror;

import dev.mayfly.core.model.ExponentialBackOff;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring;
import dev.mayfly.node.mirror.KnownPods.PodKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The times until which an owner's Pods that could not be written are not tried again. A name that is taken holds up no
 * other Pod. A refusal holds up the creation of all, since it is likely to hold for all; but the next try begins with
 * another Pod. Not thread-safe.
 */
final class WritePauses {
    /** How soon to try again what is likely to be possible then. */
    static final Duration SOON = Duration.ofSeconds(1);

    private static final Duration TAKEN = Duration.ofSeconds(10);
    private static final Duration STATUS = Duration.ofMinutes(1);
    private static final ExponentialBackOff REFUSED =
            new ExponentialBackOff(Duration.ofSeconds(10), 2, Duration.ofMinutes(5));

    /** In the order in which they first failed. */
    private final Map<PodKey, Pause> pauses = new LinkedHashMap<>();

    private int refusals;
    /** Until then none is created. */
    private Instant until = Instant.EPOCH;

    private String revision = "";

    /** @param why for users; empty: that is not known yet */
    private record Pause(Optional<Mirroring> why, Instant until) {}

    /** A new template may be accepted: it is tried at once. */
    void revision(String current) {
        if (!current.equals(revision)) {
            revision = current;
            end();
            pauses.replaceAll((key, pause) -> new Pause(pause.why(), Instant.EPOCH));
        }
    }

    /** The API server refused to create the Pod. */
    void refused(PodKey key, Mirroring why, Instant now) {
        until = now.plus(REFUSED.delay(++refusals));
        pauses.put(key, new Pause(Optional.of(why), until));
    }

    /** The API server refused the status of a Pod that exists. */
    void statusRefused(PodKey key, Mirroring why, Instant now) {
        pauses.put(key, new Pause(Optional.of(why), now.plus(STATUS)));
    }

    /** Another Pod has the name. The first time it may be one of ours that the watch has not shown yet. */
    void taken(PodKey key, Mirroring why, Instant now) {
        var isFirst = !pauses.containsKey(key);
        pauses.put(
                key,
                isFirst ? new Pause(Optional.empty(), now.plus(SOON)) : new Pause(Optional.of(why), now.plus(TAKEN)));
    }

    /** The Pod was created: nothing holds up the others. */
    void created(PodKey key) {
        pauses.remove(key);
        end();
    }

    /** Forgets the Pods that are not among those, which lack something. */
    void retain(Set<PodKey> missing) {
        pauses.keySet().retainAll(missing);
        if (missing.isEmpty()) {
            end();
        }
    }

    private void end() {
        refusals = 0;
        until = Instant.EPOCH;
    }

    /** True if the Pod is not to be created now. */
    boolean isOn(PodKey key, Instant now) {
        return now.isBefore(until) || now.isBefore(until(key));
    }

    /** The end of the Pod's own pause; long ago if it has none. */
    Instant until(PodKey key) {
        return Optional.ofNullable(pauses.get(key)).map(Pause::until).orElse(Instant.EPOCH);
    }

    /** For the workload's status; empty: nothing is refused. */
    Optional<Mirroring> why() {
        return pauses.values().stream().flatMap(pause -> pause.why().stream()).findFirst();
    }

    /** How long until the next try; empty: there is none to be made. */
    Optional<Duration> left(Instant now) {
        var first = pauses.values().stream().map(Pause::until).min(Instant::compareTo);
        var wait = Duration.between(now, first.filter(until::isBefore).orElse(until));
        return wait.isPositive() ? Optional.of(wait) : first.map(over -> SOON);
    }
}
