package dev.mayfly.fair;

import dev.mayfly.core.model.OwnerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What each owner may use up, as a token bucket: so much at once, and so much per second for good. A namespace has twice
 * as much as an owner, for those of its owners that are within theirs; an owner that has half of its own left is within
 * it in any case, whatever others in its namespace do. Thread-safe.
 */
public final class Budget {
    private static final int NAMESPACE = 2;

    private final double perSecond;
    private final double most;
    private final LongSupplier nanoTime;
    /** Without those that are full; the one that was used longest ago comes first. */
    private final Map<OwnerId, Bucket> owners = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, Bucket> namespaces = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Bucket {
        private final double perSecond;
        private final double most;
        private double left;
        private long at;
        /** True from when it is empty until it is half full, so that its user is not told one thing and the other by turns. */
        private boolean exceeded;

        Bucket(double perSecond, double most, long now) {
            this.perSecond = perSecond;
            this.most = most;
            this.left = most;
            this.at = now;
        }

        Bucket at(long now) {
            left = Math.min(most, left + perSecond * Math.max(0, now - at) / 1e9);
            at = now;
            exceeded &= left < most / 2;
            return this;
        }

        /** Goes below zero, but no further than it is above when full: the debt of a user that goes on is bounded. */
        void take(double amount) {
            left = Math.max(-most, left - amount);
            exceeded |= left < 0;
        }

        double seconds() {
            return Math.max(0, -left / perSecond);
        }
    }

    /**
     * @param perSecond what an owner may use per second for good, in any unit
     * @param most what it may use at once after a rest
     * @param nanoTime a clock that never goes back, such as {@link System#nanoTime}
     */
    public Budget(double perSecond, double most, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.most = most;
        this.nanoTime = nanoTime;
    }

    /** The owner uses that much, whether or not it has it. True if it was within its budget, this included. */
    public synchronized boolean spend(OwnerId owner, double amount) {
        var now = nanoTime.getAsLong();
        var own = owners.computeIfAbsent(owner, unknown -> new Bucket(perSecond, most, now))
                .at(now);
        own.take(amount);
        if (!own.exceeded) {
            namespaces
                    .computeIfAbsent(
                            owner.namespace(), unknown -> new Bucket(NAMESPACE * perSecond, NAMESPACE * most, now))
                    .at(now)
                    .take(amount);
        }
        var within = !exceeded(owner, now);
        forgetFull(owners, now);
        forgetFull(namespaces, now);
        return within;
    }

    /** True if the owner used its budget up, until half of it is there again. */
    public synchronized boolean exceeded(OwnerId owner) {
        return exceeded(owner, nanoTime.getAsLong());
    }

    /** How long until the owner has some of its budget again; zero if it has. */
    public synchronized Duration delay(OwnerId owner) {
        var now = nanoTime.getAsLong();
        var own = owners.get(owner);
        var all = namespaces.get(owner.namespace());
        var seconds = Math.max(
                own == null ? 0 : own.at(now).seconds(),
                all == null || !limited(own) ? 0 : all.at(now).seconds());
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private boolean exceeded(OwnerId owner, long now) {
        var own = owners.get(owner);
        var all = namespaces.get(owner.namespace());
        return own != null && (own.at(now).exceeded || all != null && all.at(now).exceeded && limited(own));
    }

    /** True if the namespace's budget concerns an owner with that much of its own left. */
    private boolean limited(Bucket own) {
        return own != null && own.left < most / 2;
    }

    private static <K> void forgetFull(Map<K, Bucket> buckets, long now) {
        var oldest = buckets.values().iterator();
        while (oldest.hasNext()) {
            var bucket = oldest.next().at(now);
            if (bucket.left < bucket.most) {
                return;
            }
            oldest.remove();
        }
    }
}
