package dev.mayfly.fair;

import dev.mayfly.core.model.OwnerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The budget of each owner, as a token bucket: so much at once, and so much per second for good. All owners of a
 * namespace have twice as much together, of which those that use some get equal parts. An owner that used next to nothing
 * is within its budget in any case, whatever others in its namespace do. Thread-safe.
 */
public final class Budget {
    private static final int NAMESPACE = 2;
    /** An owner with that part of its own left used next to nothing. */
    private static final double QUIET = 0.9;
    /** So many times what it may use at once is the most that an owner owes by {@link #spendRegardless}. */
    private static final int MOST_DEBT = 4;

    private final double perSecond;
    private final double most;
    private final LongSupplier nanoTime;
    /** Without those of which nothing is used. */
    private final Map<String, Namespace> namespaces = new HashMap<>();

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
            left -= amount;
            exceeded |= left < 0;
        }

        void takeRegardless(double amount) {
            take(Math.min(amount, Math.max(0, MOST_DEBT * most + left)));
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
        /** Those that used some. */
        private final Map<OwnerId, Bucket> owners = new HashMap<>();

        Namespace(long now) {
            all = new Bucket(NAMESPACE * most, now);
        }

        /** Forgets owners whose buckets are full, deleted ones among them, so that the others get their parts. */
        Namespace at(long now) {
            var share = share();
            owners.values().removeIf(own -> own.at(now, share).isFull());
            all.at(now, NAMESPACE * perSecond);
            return this;
        }

        Bucket own(OwnerId owner, long now) {
            return owners.computeIfAbsent(owner, unknown -> new Bucket(most, now));
        }

        double share() {
            return Math.min(perSecond, NAMESPACE * perSecond / Math.max(1, owners.size()));
        }

        boolean exceeded(OwnerId owner) {
            var own = owners.get(owner);
            return own != null && (own.exceeded || all.exceeded && !isQuiet(own));
        }

        double seconds(OwnerId owner) {
            var own = owners.get(owner);
            return own == null
                    ? 0
                    : Math.max(own.seconds(share()), isQuiet(own) ? 0 : all.seconds(NAMESPACE * perSecond));
        }

        boolean isUnused(long now) {
            return all.at(now, NAMESPACE * perSecond).isFull() && at(now).owners.isEmpty();
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

    /**
     * The owner used that much, by work that begins only while there is no {@link #delay}. It pays for all of it, however
     * long that takes. True if it was within its budget, this included.
     */
    public synchronized boolean spend(OwnerId owner, double amount) {
        return spend(owner, bucket -> bucket.take(amount));
    }

    /**
     * The owner uses that much, by work that goes on whether or not anything is left, so that its debt must not grow without
     * end. True if it was within its budget, this included.
     */
    public synchronized boolean spendRegardless(OwnerId owner, double amount) {
        return spend(owner, bucket -> bucket.takeRegardless(amount));
    }

    private boolean spend(OwnerId owner, Consumer<Bucket> take) {
        var now = nanoTime.getAsLong();
        var namespace = namespaces
                .computeIfAbsent(owner.namespace(), unknown -> new Namespace(now))
                .at(now);
        take.accept(namespace.own(owner, now));
        take.accept(namespace.all);
        namespaces.values().removeIf(any -> any.isUnused(now));
        return !namespace.exceeded(owner);
    }

    /** True if the owner used its budget up, until half of it is there again. */
    public synchronized boolean exceeded(OwnerId owner) {
        var namespace = namespaces.get(owner.namespace());
        return namespace != null && namespace.at(nanoTime.getAsLong()).exceeded(owner);
    }

    /** How long until the owner has some of its budget again; zero if it has. */
    public synchronized Duration delay(OwnerId owner) {
        var namespace = namespaces.get(owner.namespace());
        return namespace == null
                ? Duration.ZERO
                : Duration.ofNanos((long) (namespace.at(nanoTime.getAsLong()).seconds(owner) * 1e9));
    }

    private boolean isQuiet(Bucket own) {
        return own.left >= QUIET * most;
    }
}
