package dev.mayfly.node.kubelet;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/**
 * The connections, by whether it is known that their clients may be there. Strangers take no places of the others, and
 * share their own by address: if all are taken, the address with the most loses its oldest one to an address with fewer.
 * So a container that connects and says nothing keeps nobody out.
 */
final class Admissions {
    private final int mostAdmitted;
    private final int mostStrangers;
    /** By the client's address, the oldest first; no set is empty. Guarded by this object, as the next ones. */
    private final Map<InetAddress, SequencedSet<Channel>> strangers = new HashMap<>();

    private int strangerCount;
    private final Set<Channel> admitted = new HashSet<>();

    /** @param strangers 1 or more */
    Admissions(int admitted, int strangers) {
        mostAdmitted = admitted;
        mostStrangers = strangers;
    }

    /** A new connection, which leaves when it is closed. @return false if there is no place for it */
    boolean enter(Channel connection) {
        if (!(connection.remoteAddress() instanceof InetSocketAddress from)) {
            return false; // it ended already
        }
        connection.closeFuture().addListener(closed -> leave(from.getAddress(), connection));
        var loser = add(from.getAddress(), connection);
        loser.ifPresent(Channel::close);
        return loser.filter(connection::equals).isEmpty();
    }

    /** Returns the connection that has no place then, be it this one; empty if all have one. */
    private synchronized Optional<Channel> add(InetAddress from, Channel connection) {
        Channel oldest = null;
        if (strangerCount >= mostStrangers) {
            var most = strangers.entrySet().stream()
                    .max(Comparator.comparingInt(each -> each.getValue().size()))
                    .orElseThrow();
            var own = strangers.get(from);
            if (own != null && own.size() >= most.getValue().size()) {
                return Optional.of(connection);
            }
            oldest = most.getValue().getFirst();
            forget(most.getKey(), oldest);
        }
        strangers.computeIfAbsent(from, first -> new LinkedHashSet<>()).add(connection);
        strangerCount++;
        return Optional.ofNullable(oldest);
    }

    private synchronized void leave(InetAddress from, Channel connection) {
        forget(from, connection);
        admitted.remove(connection);
    }

    private boolean forget(InetAddress from, Channel connection) {
        var own = strangers.get(from);
        if (own == null || !own.remove(connection)) {
            return false;
        }
        strangerCount--;
        if (own.isEmpty()) {
            strangers.remove(from);
        }
        return true;
    }

    /** Its client is no stranger any more. @return false if there are too many of those, or it is being closed */
    synchronized boolean admit(Channel connection) {
        if (admitted.contains(connection)) {
            return true;
        }
        return admitted.size() < mostAdmitted
                && connection.remoteAddress() instanceof InetSocketAddress from
                && forget(from.getAddress(), connection)
                && admitted.add(connection);
    }
}
