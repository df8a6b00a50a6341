package dev.mayfly.host;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import dev.mayfly.host.Host.Refused;
import dev.mayfly.host.Host.Sockets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Processes of containers, which their cgroups show, and the sockets in their network namespaces. */
final class ContainerProcesses {
    private static final Splitter NAMES = Splitter.on('/');
    private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
    private static final Splitter COLUMNS =
            Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();
    /** Of a table of sockets, with about 150 bytes for each. A container with more is in use. */
    private static final int MOST = 1 << 20;

    /** Columns of /proc/net/tcp, see proc_pid_net(5). */
    private static final int LOCAL = 1;

    private static final int REMOTE = 2;
    private static final int STATE = 3;
    /** Bytes that wait to be sent and to be received; of a socket that listens: connections that wait to be accepted. */
    private static final int QUEUES = 4;

    private static final String LISTEN = "0A";
    /** ESTABLISHED, FIN_WAIT1, FIN_WAIT2 and CLOSE_WAIT: at least one direction may still bring something. */
    private static final Set<String> OPEN = Set.of("01", "04", "05", "08");

    private static final int HEXADECIMAL = 16;
    private static final int IPV4_DIGITS = 8;
    /** 127.0.0.0/8 and ::1, in the byte order of this machine's kernel, which is little-endian wherever Docker runs. */
    private static final String IPV4_LOOPBACK = "7F";

    private static final String IPV6_LOOPBACK = "00000000000000000000000001000000";

    private final Path proc;

    /** @param proc {@code /proc}, except in tests */
    ContainerProcesses(Path proc) {
        this.proc = proc;
    }

    /** The handle knows when its process began: it does not kill another one that has the same ID by then. */
    void kill(String container, long process) {
        ProcessHandle.of(process).filter(handle -> isIn(container, process)).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Docker's two drivers for cgroups name them differently. */
    private boolean isIn(String container, long process) {
        try {
            return Files.readAllLines(proc.resolve(process + "/cgroup"), StandardCharsets.ISO_8859_1).stream()
                    .flatMap(NAMES::splitToStream)
                    .anyMatch(name -> name.equals(container) || name.equals("docker-" + container + ".scope"));
        } catch (IOException ended) {
            return false;
        }
    }

    /** The open connections are read before the count, which has them. */
    Optional<Sockets> sockets(String container, long process, Set<Integer> ports) {
        var net = proc.resolve(process + "/net");
        try {
            var tables = List.of(table(net.resolve("tcp")), table(net.resolve("tcp6")));
            var open = tables.stream().anyMatch(table -> hasOpen(table, ports));
            var queued = tables.stream().mapToInt(table -> queued(table, ports)).sum();
            var accepted = accepted(net.resolve("snmp"));
            // Last: until here it was the container's, else the ID may have gone to another process meanwhile.
            return isIn(container, process) ? Optional.of(new Sockets(accepted, open, queued)) : Optional.empty();
        } catch (IOException unreadable) {
            if (!isIn(container, process)) {
                return Optional.empty();
            }
            throw new Refused("the connections of a container can't be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** Empty for a kernel without IPv6. */
    private static String table(Path file) throws IOException {
        return Files.notExists(file) ? "" : head(file);
    }

    private static Stream<List<String>> sockets(String table, Set<Integer> ports) {
        return LINES.splitToStream(table)
                .skip(1)
                .map(COLUMNS::splitToList)
                .filter(socket -> socket.size() > QUEUES && ports.contains(port(socket)));
    }

    private static int port(List<String> socket) {
        var local = socket.get(LOCAL);
        return Integer.parseInt(local.substring(local.indexOf(':') + 1), HEXADECIMAL);
    }

    private static boolean hasOpen(String table, Set<Integer> ports) {
        return table.length() == MOST
                || sockets(table, ports).anyMatch(socket -> OPEN.contains(socket.get(STATE)) && !isWithItself(socket));
    }

    private static boolean isWithItself(List<String> socket) {
        var remote = socket.get(REMOTE);
        return isLoopback(remote.substring(0, remote.indexOf(':')));
    }

    /** A table has the sockets that listen first. */
    private static int queued(String table, Set<Integer> ports) {
        return sockets(table, ports)
                .takeWhile(socket -> socket.get(STATE).equals(LISTEN))
                .map(socket -> socket.get(QUEUES))
                .mapToInt(queues -> Integer.parseInt(queues.substring(queues.indexOf(':') + 1), HEXADECIMAL))
                .sum();
    }

    /** An IPv4 address is also at the end of one of IPv6. */
    private static boolean isLoopback(String address) {
        var mapped = address.length() == IPV4_DIGITS || address.startsWith("0000000000000000FFFF0000");
        return mapped ? address.endsWith(IPV4_LOOPBACK) : address.equals(IPV6_LOOPBACK);
    }

    /** PassiveOpens of RFC 4022: connections that went from LISTEN to ESTABLISHED. */
    private static long accepted(Path snmp) throws IOException {
        var tcp = LINES.splitToStream(head(snmp))
                .filter(line -> line.startsWith("Tcp:"))
                .map(COLUMNS::splitToList)
                .toList();
        var column = tcp.isEmpty() ? -1 : tcp.getFirst().indexOf("PassiveOpens");
        if (tcp.size() != 2 || column < 0 || tcp.getLast().size() <= column) {
            throw new IOException(snmp + " has no PassiveOpens");
        }
        return Long.parseLong(tcp.getLast().get(column));
    }

    private static String head(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST), StandardCharsets.ISO_8859_1);
        }
    }
}
