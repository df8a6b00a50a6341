package dev.mayfly.probe;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the connections of network probes to some addresses, so that they can be told from those of clients. */
public final class ProbeConnections {
    private final Map<InetAddress, Count> counts = new ConcurrentHashMap<>();

    /** The connections to one address since they are counted. */
    public final class Count implements AutoCloseable {
        private final InetAddress address;
        private final AtomicInteger pending = new AtomicInteger();
        private final AtomicLong made = new AtomicLong();

        private Count(InetAddress address) {
            this.address = address;
        }

        /** How many were made and closed; empty: one is being made, or is open. */
        public Optional<Long> made() {
            return pending.get() == 0 ? Optional.of(made.get()) : Optional.empty();
        }

        private void ended(boolean connected) {
            if (connected) {
                made.incrementAndGet();
            }
            pending.decrementAndGet(); // after it counts as made
        }

        /** Counts no more. */
        @Override
        public void close() {
            counts.remove(address, this);
        }
    }

    /** An attempt to connect, and what becomes of it. */
    @FunctionalInterface
    interface Attempt {
        /** @param connected true: it was connected, and is closed */
        void ended(boolean connected);
    }

    /** Counts from now on. An earlier count ends: its container is gone, since another one has the address. */
    public Count count(InetAddress address) {
        var count = new Count(address);
        counts.put(address, count);
        return count;
    }

    /** An attempt begins. */
    Attempt begin(InetAddress address) {
        var count = counts.get(address);
        if (count == null) {
            return connected -> {};
        }
        count.pending.incrementAndGet();
        return count::ended;
    }
}
