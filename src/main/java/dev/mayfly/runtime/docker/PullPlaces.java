package dev.mayfly.runtime.docker;

import java.util.ArrayList;
import java.util.List;

/**
 * So many pulls at a time. What a launch waits for goes first; what nobody waits for never takes the last place, unless there is
 * but one.
 */
final class PullPlaces {
    private static final class Waiting {
        private final String reference;
        private boolean urgent;

        Waiting(String reference, boolean urgent) {
            this.reference = reference;
            this.urgent = urgent;
        }
    }

    private final int most;
    private final List<Waiting> queue = new ArrayList<>();
    private int taken;
    private int unhurried;

    /** @param most pulls at a time, 1 or more */
    PullPlaces(int most) {
        this.most = most;
    }

    /** Waits for a place. @return to be run once it is free again */
    synchronized Runnable take(String reference, boolean urgent) throws InterruptedException {
        var mine = new Waiting(reference, urgent);
        queue.add(mine);
        try {
            while (next() != mine) {
                wait();
            }
            count(mine.urgent, 1);
        } finally {
            queue.remove(mine);
            notifyAll(); // there may be another place, or this one was given up
        }
        var hurried = mine.urgent;
        return () -> free(hurried);
    }

    /** From now on a launch waits for it. */
    synchronized void hurry(String reference) {
        queue.stream().filter(waiting -> waiting.reference.equals(reference)).forEach(waiting -> waiting.urgent = true);
        notifyAll();
    }

    private synchronized void free(boolean urgent) {
        count(urgent, -1);
        notifyAll();
    }

    private void count(boolean urgent, int more) {
        taken += more;
        unhurried += urgent ? 0 : more;
    }

    /** Whose turn it is; null: there is no place for anybody who waits. */
    private Waiting next() {
        if (taken >= most) {
            return null;
        }
        return queue.stream()
                .filter(waiting -> waiting.urgent)
                .findFirst()
                .or(() -> queue.stream().findFirst().filter(any -> unhurried < Math.max(1, most - 1)))
                .orElse(null);
    }
}
