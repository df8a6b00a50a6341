package dev.mayfly.node.kubelet;

import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.ContainerAccess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Containers in memory, whose processes are functions of their streams. */
final class FakeContainers implements ContainerAccess {
    /** Runs until its connection to the engine is closed. */
    static final Program UNTIL_CLOSED = process -> {
        process.closed.await();
        throw new IOException("closed");
    };

    /** Writes the output of {@link #logs}; each test sets its own. */
    volatile LogWriter log = (request, to) -> {};

    volatile Function<ReplicaId, Optional<Usage>> usage = replica -> Optional.empty();
    volatile Optional<String> containerId = Optional.of("c0ffee");
    volatile Optional<InetAddress> address = Optional.of(InetAddress.getLoopbackAddress());
    /** Precedes each command and attachment. */
    volatile Starting starting = left -> {};
    /** Every command runs this; its result is the exit code. */
    volatile Program program = process -> 0;

    final List<ExecRequest> execs = new CopyOnWriteArrayList<>();
    final List<LoggedRequest> logs = new CopyOnWriteArrayList<>();
    final ConcurrentHashMap<Process, Boolean> open = new ConcurrentHashMap<>();

    record LoggedRequest(ReplicaId replica, LogRequest request) {}

    interface LogWriter {
        void write(LogRequest request, OutputStream to) throws IOException;
    }

    interface Starting {
        void await(CompletableFuture<Void> left) throws IOException;
    }

    interface Program {
        int run(Process process) throws IOException, InterruptedException;
    }

    @Override
    public void logs(ReplicaId replica, LogRequest request, OutputStream to) throws IOException {
        logs.add(new LoggedRequest(replica, request));
        log.write(request, to);
    }

    @Override
    public ContainerProcess exec(ReplicaId replica, ExecRequest request, CompletableFuture<Void> left)
            throws IOException {
        starting.await(left);
        execs.add(request);
        if (request.command().getFirst().equals("missing")) {
            throw new Refused("exec: \"missing\": executable file not found in $PATH");
        }
        return new Process(request.command(), request.tty(), false);
    }

    @Override
    public ContainerProcess attach(ReplicaId replica, AttachRequest request, CompletableFuture<Void> left)
            throws IOException {
        starting.await(left);
        return new Process(List.of("attach"), false, true);
    }

    @Override
    public Optional<InetAddress> address(ReplicaId replica) {
        return address;
    }

    @Override
    public Optional<Usage> usage(ReplicaId replica) throws IOException {
        return usage.apply(replica);
    }

    @Override
    public Optional<String> containerId(ReplicaId replica) {
        return containerId;
    }

    @Override
    public EngineDescription info() {
        return new EngineDescription("1", "Fake", "1", "amd64", "linux", 1, 1, EgressState.CLOSED);
    }

    static Usage usage(long cpuNanos, long bytes) {
        return new Usage(
                cpuNanos, bytes, Instant.ofEpochMilli(1_700_000_000_123L), Instant.ofEpochSecond(1_600_000_000));
    }

    /** Waits until a counter has begun to count, and counts no more. */
    static void awaitStandstill(AtomicLong counter) {
        var last = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(700))
                .until(() -> {
                    var now = counter.get();
                    return now > 0 && last.getAndSet(now) == now;
                });
    }

    /** A process whose program runs on the thread that copies its output. */
    final class Process implements ContainerProcess {
        private static final byte[] END = {};

        final List<String> command;
        final AtomicLong written = new AtomicLong();
        final BlockingQueue<String> sizes = new LinkedBlockingQueue<>();
        final CountDownLatch closed = new CountDownLatch(1);
        private final BlockingQueue<byte[]> input = new SynchronousQueue<>();
        private final boolean tty;
        private final boolean attached;
        private volatile int code = -1;
        private OutputStream stdout;
        private OutputStream stderr;

        private Process(List<String> command, boolean tty, boolean attached) {
            this.command = command;
            this.tty = tty;
            this.attached = attached;
            open.put(this, true);
        }

        /** The next part of its input; null at its end. */
        byte[] read() throws InterruptedException {
            var part = input.take();
            return part == END ? null : part;
        }

        void out(byte[] bytes) throws IOException {
            stdout.write(bytes);
            written.addAndGet(bytes.length);
        }

        void err(byte[] bytes) throws IOException {
            stderr.write(bytes);
        }

        @Override
        public boolean tty() {
            return tty;
        }

        @Override
        public void copyOutput(OutputStream out, OutputStream err) throws IOException {
            stdout = out;
            stderr = err;
            try {
                code = program.run(this);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            offer(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void closeInput() throws IOException {
            offer(END);
        }

        private void offer(byte[] part) throws IOException {
            try {
                while (!input.offer(part, 50, TimeUnit.MILLISECONDS)) {
                    if (closed.getCount() == 0 || code >= 0) {
                        throw new IOException("the process takes no more input");
                    }
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void resize(int columns, int rows) {
            sizes.add(columns + "x" + rows);
        }

        @Override
        public int exitCode() {
            if (attached) {
                throw new IllegalStateException("attached");
            }
            return code;
        }

        @Override
        public void close() {
            closed.countDown();
            open.remove(this);
        }
    }
}
