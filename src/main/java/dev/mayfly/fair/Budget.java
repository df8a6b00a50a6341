package dev.mayfly.fair;

import dev.mayfly.core.model.OwnerId;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What each owner may use up, as a token bucket: so much at once, and so much per second for good. All owners of a
 * namespace have twice as much together, of which those that use some get equal parts. An owner that used next to nothing
 * is within its budget in any case, whatever others in its namespace do. Thread-safe.
 */
public final class Budget {
    private static final int NAMESPACE = 2;
    /** An owner with that part of its own left used next to nothing. */
    private static final double QUIET = 0.9;
    /** So many times what it may use at once is the debt of one that goes on beyond its budget. */
    private static final int MOST_DEBT = 4;

    private final double perSecond;
    private final double most;
    private final LongSupplier nanoTime;
    /** Without those of which nothing is used; the one that was used longest ago comes first. */
    private final Map<String, Namespace> namespaces = new LinkedHashMap<>(16, 0.75f, true);

    /** Filled at a rate that each call names, since it depends on the other owners. */
    private static final class Bucket {
        private final double most;
        private double left;
        private long at;
        /** True from when it is empty until it is half full, so that its user is not told one thing and the other by turns. */
        private boolean exceeded;

        Bucket(double most, long now) {
            this.most = most;
            this.left = most;
            this.at = now;
        }

        Bucket at(long now, double perSecond) {
            left = Math.min(most, left + perSecond * Math.max(0, now - at) / 1e9);
            at = now;
            exceeded &= left < most / 2;
            return this;
        }

        void take(double amount) {
            left = Math.max(-MOST_DEBT * most, left - amount);
            exceeded |= left < 0;
        }

        boolean isFull() {
            return left >= most;
        }

        double seconds(double perSecond) {
            return Math.max(0, -left / perSecond);
        }
    }

    private final class Namespace {
        private final Bucket all;
        /** Without those that are full; the one that was used longest ago comes first. */
        private final Map<OwnerId, Bucket> owners = new LinkedHashMap<>(16, 0.75f, true);

        Namespace(long now) {
            all = new Bucket(NAMESPACE * most, now);
        }

        Bucket all(long now) {
            return all.at(now, NAMESPACE * perSecond);
        }

        Bucket own(OwnerId owner, long now) {
            return owners.computeIfAbsent(owner, unknown -> new Bucket(most, now))
                    .at(now, share());
        }

        double share() {
            return Math.min(perSecond, NAMESPACE * perSecond / Math.max(1, owners.size()));
        }

        boolean isUnused(long now) {
            for (Iterator<Bucket> oldest = owners.values().iterator(); oldest.hasNext(); oldest.remove()) {
                if (!oldest.next().at(now, share()).isFull()) {
                    return false;
                }
            }
            return all(now).isFull();
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
        var namespace = namespaces.computeIfAbsent(owner.namespace(), unknown -> new Namespace(now));
        namespace.own(owner, now).take(amount);
        namespace.all(now).take(amount);
        var within = !exceeded(namespace, owner, now);
        forgetUnused(now);
        return within;
    }

    /** True if the owner used its budget up, until half of it is there again. */
    public synchronized boolean exceeded(OwnerId owner) {
        var namespace = namespaces.get(owner.namespace());
        return namespace != null && exceeded(namespace, owner, nanoTime.getAsLong());
    }

    /** How long until the owner has some of its budget again; zero if it has. */
    public synchronized Duration delay(OwnerId owner) {
        var now = nanoTime.getAsLong();
        var namespace = namespaces.get(owner.namespace());
        if (namespace == null || !namespace.owners.containsKey(owner)) {
            return Duration.ZERO;
        }
        var own = namespace.own(owner, now);
        var seconds = Math.max(
                own.seconds(namespace.share()),
                isQuiet(own) ? 0 : namespace.all(now).seconds(NAMESPACE * perSecond));
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private boolean exceeded(Namespace namespace, OwnerId owner, long now) {
        if (!namespace.owners.containsKey(owner)) {
            return false;
        }
        var own = namespace.own(owner, now);
        return own.exceeded || namespace.all(now).exceeded && !isQuiet(own);
    }

    private boolean isQuiet(Bucket own) {
        return own.left >= QUIET * most;
    }

    private void forgetUnused(long now) {
        for (var oldest = namespaces.values().iterator(); oldest.hasNext(); oldest.remove()) {
            if (!oldest.next().isUnused(now)) {
                return;
            }
        }
    }
}
