package dev.mayfly.runtime;

import dev.mayfly.core.model.ReplicaId;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Streams of the replicas' containers, their address and what they use. Calls block: they belong on virtual threads.
 * Nothing is collected in memory: a stream goes as fast as whoever reads it. A replica is found as long as its container
 * is kept, also after its end and after it got a successor.
 *
 * <p>Each call throws {@link NoContainer} or {@link Refused} where it says so, and another {@link IOException} if the
 * engine can't be reached, does not answer or ends the connection.
 */
public interface ContainerAccess {

    /**
     * Writes the container's output to {@code to}, stdout and stderr as they came, and returns at its end: that of what
     * was asked for, and with {@code follow} that of the container. Flushes {@code to} whenever the engine has no more
     * output at the moment. A failure of {@code to} ends it and is thrown.
     *
     * @throws NoContainer if the replica has no container: never started, or removed
     * @throws Refused with the engine's words if it can't read the log
     */
    void logs(ReplicaId replica, LogRequest request, OutputStream to) throws IOException;

    /**
     * Starts a command in the container.
     *
     * @param left done once nobody wants it any more, which has no effect on a command that is being started
     * @throws Abandoned if that is so before: the command is not run
     * @throws NoContainer if the replica has no container
     * @throws Refused with the engine's words if it can't run the command, as in a container that doesn't run. A command
     *     that does not exist may instead write a message and exit with 126 or 127
     */
    ContainerProcess exec(ReplicaId replica, ExecRequest request, CompletableFuture<Void> left) throws IOException;

    /**
     * Attaches to PID 1. Output from before is not repeated.
     *
     * @param left as with {@link #exec}
     * @throws Abandoned as with {@link #exec}
     * @throws NoContainer if the replica has no container
     * @throws Refused with the engine's words, as for a container that doesn't run
     */
    ContainerProcess attach(ReplicaId replica, AttachRequest request, CompletableFuture<Void> left) throws IOException;

    /** The container's address as the engine's host reaches it; empty: no network of its own, no container, or it doesn't run. */
    Optional<InetAddress> address(ReplicaId replica) throws IOException;

    /** The container's CPU time and memory now; empty: it has none, or it doesn't run. */
    Optional<Usage> usage(ReplicaId replica) throws IOException;

    /** The engine's ID of the container, from memory; empty: the replica has none. */
    Optional<String> containerId(ReplicaId replica);

    /** The engine and its machine. The answer may be a minute old. */
    EngineDescription info() throws IOException;

    /**
     * @param follow until the container ends
     * @param tailLines at most so many lines from the end, 0 or more; empty: all
     * @param since only lines of this time or later; empty: all
     * @param timestamps each line begins with its time in UTC, as RFC 3339 with nanoseconds, and a space
     * @param limitBytes ends after exactly so many bytes, 0 or more, timestamps included; empty: no limit
     */
    record LogRequest(
            boolean follow,
            OptionalInt tailLines,
            Optional<Instant> since,
            boolean timestamps,
            OptionalLong limitBytes) {}

    /**
     * @param command the program and its arguments, at least one word
     * @param stdin false: the command reads an empty input
     * @param tty the command gets a terminal of its own; stdout and stderr are then one stream
     */
    record ExecRequest(List<String> command, boolean stdin, boolean stdout, boolean stderr, boolean tty) {
        public ExecRequest {
            command = List.copyOf(command);
        }
    }

    /** Whether there is a terminal is a property of the container, not of the request: {@link ContainerProcess#tty}. */
    record AttachRequest(boolean stdin, boolean stdout, boolean stderr) {}

    /**
     * @param cpuNanos CPU time in ns since the container started; never falls while it lives
     * @param workingSetBytes memory that the kernel can't reclaim without harm: usage without inactive file cache
     * @param at when it was measured
     * @param started when the container started
     */
    record Usage(long cpuNanos, long workingSetBytes, Instant at, Instant started) {}

    /**
     * @param version of the engine, such as {@code 20.10.24}
     * @param operatingSystem name of the machine's distribution, such as {@code Debian GNU/Linux 12}
     * @param kernel its release
     * @param architecture as Go names it, such as {@code amd64}
     * @param osType as Go names it: {@code linux}
     * @param cpus of the machine, 1 or more
     * @param memoryBytes of the machine
     * @param egress whether replicas reach the ports of the machine and link-local addresses
     */
    record EngineDescription(
            String version,
            String operatingSystem,
            String kernel,
            String architecture,
            String osType,
            int cpus,
            long memoryBytes,
            EgressState egress) {

        public EngineDescription with(EgressState now) {
            return new EngineDescription(
                    version, operatingSystem, kernel, architecture, osType, cpus, memoryBytes, now);
        }
    }

    /**
     * Whether replicas reach the ports of the engine's machine and link-local addresses.
     *
     * @param reason why they do, or why it is not known; empty if they don't
     */
    record EgressState(Status status, String reason) {
        public static final EgressState CLOSED = new EgressState(Status.CLOSED, "");
        public static final EgressState UNKNOWN =
                new EgressState(Status.UNKNOWN, "the operator has not looked at the host's packet filter yet");

        /** Whether the packet filter keeps replicas from them. */
        public enum Status {
            OPEN,
            CLOSED,
            UNKNOWN
        }

        public static EgressState open(String reason) {
            return new EgressState(Status.OPEN, reason);
        }
    }

    /**
     * A process whose streams are connected. Input and output may be used by two threads at once, and {@link #resize} by a
     * third; each of them by one at a time.
     */
    interface ContainerProcess extends Closeable {

        /** True if the process has a terminal: its output is one stream then. */
        boolean tty();

        /**
         * Writes output as it comes until its end, and flushes after each part. Called once. With a terminal all goes to
         * {@code stdout}. A failure of a stream ends it and is thrown.
         *
         * @param stdout may be {@link OutputStream#nullOutputStream}
         * @param stderr may be {@link OutputStream#nullOutputStream}
         */
        void copyOutput(OutputStream stdout, OutputStream stderr) throws IOException;

        /** Writes to the process' stdin; waits until the engine takes it. */
        void write(byte[] bytes, int offset, int length) throws IOException;

        /**
         * Ends the process' stdin. No effect where the engine would close the output too: at a container to which was
         * attached and that is not made for one input ({@code stdinOnce}).
         */
        void closeInput() throws IOException;

        /**
         * Sets the size of the terminal, or does so later where a client changes it all the time: the last one is set
         * then. No effect without a terminal, or once the process ended.
         *
         * @param columns 1 or more
         * @param rows 1 or more
         */
        void resize(int columns, int rows) throws IOException;

        /**
         * Exit code of a command whose output ended, 0 to 255. Waits up to 10 s for its end.
         *
         * @throws IllegalStateException if the process was attached to
         * @throws IOException also if the command still runs then
         */
        int exitCode() throws IOException;

        /** Ends the connection; the process goes on. Idempotent. */
        @Override
        void close();
    }

    /** The replica has no container. */
    class NoContainer extends IOException {
        private static final long serialVersionUID = 1L;

        public NoContainer(ReplicaId replica) {
            super("replica " + replica.replica() + " has no container: it has not started yet, or was removed");
        }
    }

    /** Nobody wanted it any more before it began. */
    class Abandoned extends IOException {
        private static final long serialVersionUID = 1L;

        public Abandoned() {
            super("it was not begun: the client has left");
        }
    }

    /** The engine refused. The message is its words: printable and at most 500 characters. */
    class Refused extends IOException {
        /** Characters of its message at most. */
        public static final int LONGEST = 500;

        private static final long serialVersionUID = 1L;

        public Refused(String words) {
            super(words);
        }
    }
}
