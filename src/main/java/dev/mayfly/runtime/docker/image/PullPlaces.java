package dev.mayfly.runtime.docker.image;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * So many pulls at a time. What a launch waits for goes first; what nobody waits for never takes the last place, unless there is
 * but one. Nor does a further image of one registry: it may be one that does not answer, and others' images come meanwhile. That
 * registry's own images that nobody waits for never keep the first out that somebody does wait for.
 */
final class PullPlaces {
    private static final class Waiting {
        private final String reference;
        private final String registry;
        private boolean urgent;

        Waiting(String reference, String registry, boolean urgent) {
            this.reference = reference;
            this.registry = registry;
            this.urgent = urgent;
        }
    }

    private final int most;
    private final List<Waiting> queue = new ArrayList<>();
    private final Set<String> hurried = new HashSet<>();
    private final Map<String, Integer> registries = new HashMap<>();
    /** Of what a launch waits for. */
    private final Map<String, Integer> urgentRegistries = new HashMap<>();

    private int taken;
    private int unhurried;

    /** @param most pulls at a time, 1 or more */
    PullPlaces(int most) {
        this.most = most;
    }

    /** Waits for a place. @return to be run once it is free again */
    synchronized Runnable take(String reference, String registry, boolean urgent) throws InterruptedException {
        var mine = new Waiting(reference, registry, urgent || hurried.contains(reference));
        queue.add(mine);
        try {
            while (next() != mine) {
                wait();
            }
            count(registry, mine.urgent, 1);
        } finally {
            queue.remove(mine);
            notifyAll(); // there may be another place, or this one was given up
        }
        var hurry = mine.urgent;
        return () -> free(registry, hurry);
    }

    /** From now on a launch waits for it, whether it waits for its place already or will do so. */
    synchronized void hurry(String reference) {
        hurried.add(reference);
        queue.stream().filter(waiting -> waiting.reference.equals(reference)).forEach(waiting -> waiting.urgent = true);
        notifyAll();
    }

    /** Whoever asks for it next says anew whether that is urgent. */
    synchronized void over(String reference) {
        hurried.remove(reference);
    }

    private synchronized void free(String registry, boolean urgent) {
        count(registry, urgent, -1);
        notifyAll();
    }

    private void count(String registry, boolean urgent, int more) {
        taken += more;
        unhurried += urgent ? 0 : more;
        registries.merge(registry, more, Integer::sum);
        urgentRegistries.merge(registry, urgent ? more : 0, Integer::sum);
    }

    private boolean open(Waiting waiting) {
        var ofRegistry = registries.getOrDefault(waiting.registry, 0);
        return waiting.urgent
                ? ofRegistry < butOne() || urgentRegistries.getOrDefault(waiting.registry, 0) == 0
                : ofRegistry < butOne() && unhurried < butOne();
    }

    private int butOne() {
        return Math.max(1, most - 1);
    }

    /** Whose turn it is; null: there is no place for anybody who waits. */
    private Waiting next() {
        if (taken >= most) {
            return null;
        }
        var open = queue.stream().filter(this::open).toList();
        return open.stream()
                .filter(waiting -> waiting.urgent)
                .findFirst()
                .or(() -> open.stream().findFirst())
                .orElse(null);
    }
}
