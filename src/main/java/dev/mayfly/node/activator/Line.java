package dev.mayfly.node.activator;

import dev.mayfly.node.activator.AcceptQueue.Place;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The clients of one workload that wait. Who came first is led first, to a replica that has a place. Any thread may use it. */
final class Line implements Waiting.Replicas {
    private final Supplier<Optional<Place>> places;
    private final Runnable turnedAway;
    private final AtomicLong numbers = new AtomicLong();
    /** All that were not led anywhere yet. */
    private final Set<Waiting> clients = ConcurrentHashMap.newKeySet();
    /** Those of them whose connection is not being tried. */
    private final NavigableSet<Waiting> queue = new ConcurrentSkipListSet<>(Comparator.comparingLong(Waiting::number));

    private volatile boolean abandoned;

    /** @param places the next place at a replica; empty: none is free @param turnedAway called if a client waited too long */
    Line(Supplier<Optional<Place>> places, Runnable turnedAway) {
        this.places = places;
        this.turnedAway = turnedAway;
    }

    /** On the client's event loop. @param port of the replicas @param longest that it waits */
    void join(Channel client, int port, Duration longest) {
        var connection = new Waiting(numbers.incrementAndGet(), client, port, this);
        clients.add(connection);
        connection.begin(longest);
        if (abandoned) {
            connection.abandon();
        }
    }

    /** True if no client waits, and none is being led. */
    boolean isEmpty() {
        return clients.isEmpty();
    }

    /** True if a client waits for a place. */
    boolean isHeldUp() {
        return !queue.isEmpty();
    }

    /** Leads as many clients as there are places. Called once there may be more. */
    void admit() {
        while (isHeldUp()) {
            var place = places.get();
            if (place.isEmpty()) {
                return;
            }
            Optional.ofNullable(queue.pollFirst())
                    .ifPresentOrElse(first -> first.lead(place.get()), place.get()::leave);
        }
    }

    @Override
    public void enqueue(Waiting connection) {
        queue.add(connection);
        admit();
    }

    @Override
    public void left(Place place) {
        place.leave();
        admit();
    }

    @Override
    public void over(Waiting connection, boolean late) {
        queue.remove(connection);
        clients.remove(connection);
        if (late) {
            turnedAway.run();
        }
    }

    /** Breaks off what waits, and whatever joins from now on. */
    void abandon() {
        abandoned = true;
        clients.forEach(Waiting::abandon);
    }
}
