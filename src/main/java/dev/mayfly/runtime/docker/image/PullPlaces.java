package dev.mayfly.runtime.docker.image;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Limits concurrent pulls. Pulls that a launch waits for go first. Other pulls never take the last place, unless there
 * is only one; nor does a further pull from the same registry, which may not answer while others do. A registry's pulls
 * that no launch waits for never delay its first pull that a launch waits for.
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
    /** Number of urgent pulls by registry. */
    private final Map<String, Integer> urgentRegistries = new HashMap<>();

    private int taken;
    private int unhurried;

    /** @param most maximum of concurrent pulls, at least 1 */
    PullPlaces(int most) {
        this.most = most;
    }

    /** Waits for a place. @return releases the place */
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
            notifyAll(); // there may be another place, or this request was interrupted
        }
        var hurry = mine.urgent;
        return () -> free(registry, hurry);
    }

    /** Makes the pull urgent, whether it already waits for a place or will do so. */
    synchronized void hurry(String reference) {
        hurried.add(reference);
        queue.stream().filter(waiting -> waiting.reference.equals(reference)).forEach(waiting -> waiting.urgent = true);
        notifyAll();
    }

    /** The pull is over: the next request decides again whether it is urgent. */
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

    /** The next pull; null if no waiting pull may take a place. */
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
