package dev.mayfly.bench.pod;

import dev.mayfly.bench.BenchWorkload;
import dev.mayfly.bench.OperatorUsage;
import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code make bench-exec}: commands in a replica through its Pod. How soon {@code kubectl exec} shows something, 200 at once, and
 * what the operator's heap has of a gigabyte that goes through.
 */
public final class ExecBench {
    private static final String POD = "bench-0";
    private static final int ROUNDS = Integer.getInteger("mayfly.bench.rounds", 20);
    private static final int AT_ONCE = 200;
    private static final int MEGABYTE = 1 << 20;
    private static final int MEGABYTES = Integer.getInteger("mayfly.bench.megabytes", 1024);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Between two looks at the heap. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private ExecBench() {}

    public static void main(String[] arguments) {
        Claims.judge(ExecBench.class, ExecBench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        try (var client = new KubernetesClientBuilder().build();
                var workload = new BenchWorkload(client, BenchWorkload.OBEDIENT, Duration.ZERO)) {
            workload.scale(1);
            pod(client).waitUntilReady(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            firstByte(claims);
            atOnce(client, claims);
            through(claims);
        }
    }

    private static PodResource pod(KubernetesClient client) {
        return client.pods().inNamespace("default").withName(POD);
    }

    private static ProcessBuilder kubectl(String... command) {
        var line = new ArrayList<>(List.of("kubectl", "--namespace=default", "exec", "-i", POD, "--"));
        line.addAll(List.of(command));
        return new ProcessBuilder(line).redirectError(Redirect.INHERIT);
    }

    private static void firstByte(Claims claims) throws Exception {
        var times = new ArrayList<Duration>();
        for (var round = 0; round <= ROUNDS; round++) {
            var began = System.nanoTime();
            var process = kubectl("sh", "-c", "sleep 0.01; echo here").start();
            process.getOutputStream().close();
            if (process.getInputStream().read() != 'h') {
                throw new IllegalStateException("kubectl exec printed nothing: is the operator's node on?");
            }
            if (round > 0) { // the first round warms up the virtual machine
                times.add(Duration.ofNanos(System.nanoTime() - began));
            }
            process.waitFor();
        }
        times.sort(Duration::compareTo);
        var median = seconds(times.get(times.size() / 2));
        System.out.printf(
                "kubectl exec -> first byte       median %.2f s, slowest %.2f s of %d%n",
                median, seconds(times.getLast()), ROUNDS);
        claims.measured(Claim.EXEC_FIRST_BYTE, median);
    }

    /** One of those that run at once: it begins, and ends with what it is told. */
    private record Command(int number, ExecWatch streams, BufferedReader output) {
        static Command start(KubernetesClient client, int number) {
            var streams = pod(client)
                    .withReadyWaitTimeout(0)
                    .redirectingInput()
                    .redirectingOutput()
                    .exec("sh", "-c", "echo begun; read word; echo $word; exit " + number);
            return new Command(
                    number,
                    streams,
                    new BufferedReader(new InputStreamReader(streams.getOutput(), StandardCharsets.UTF_8)));
        }

        boolean hasBegun() throws IOException {
            return "begun".equals(output.readLine());
        }

        boolean endsAsTold() throws IOException, InterruptedException {
            try {
                streams.getInput().write(("word-" + number + "\n").getBytes(StandardCharsets.UTF_8));
                streams.getInput().flush();
                return ("word-" + number).equals(output.readLine())
                        && streams.exitCode().get(PATIENCE.toSeconds(), TimeUnit.SECONDS) == number;
            } catch (ExecutionException | TimeoutException broken) {
                return false;
            }
        }
    }

    private static void atOnce(KubernetesClient client, Claims claims) throws Exception {
        var began = System.nanoTime();
        var open = new ArrayList<Command>();
        try {
            for (var number = 0; number < AT_ONCE; number++) {
                open.add(Command.start(client, number));
            }
            var failed = 0;
            for (var command : open) {
                failed += command.hasBegun() ? 0 : 1;
            }
            for (var command : open) {
                failed += command.endsAsTold() ? 0 : 1;
            }
            System.out.printf(
                    "%d commands at once             %d failed, %.1f s from the first to the last%n",
                    AT_ONCE, failed, seconds(Duration.ofNanos(System.nanoTime() - began)));
            claims.measured(Claim.EXEC_AT_ONCE, failed);
        } finally {
            open.forEach(command -> command.streams().close());
        }
    }

    private static void through(Claims claims) throws Exception {
        var operator = OperatorUsage.ofRunning();
        var before = operator.liveHeapMegabytes();
        var most = before;
        var began = System.nanoTime();
        var process = kubectl("cat").start();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sent = threads.submit(() -> send(process.getOutputStream()));
            var received = threads.submit(() -> receive(process));
            while (!received.isDone()) {
                most = Math.max(most, operator.liveHeapMegabytes());
                process.waitFor(LOOK.toSeconds(), TimeUnit.SECONDS);
            }
            if (!Arrays.equals(sent.get(), received.get()) || process.waitFor() != 0) {
                throw new IllegalStateException("What came back is not what was sent.");
            }
        } finally {
            process.destroyForcibly();
        }
        var time = seconds(Duration.ofNanos(System.nanoTime() - began));
        var after = operator.liveHeapMegabytes();
        System.out.printf(
                "%d MiB in and out               %.1f s, %.0f MiB/s; live heap %d MB before, %d at most meanwhile, %d after; %d MB resident%n",
                MEGABYTES, time, MEGABYTES / time, before, most, after, operator.residentMegabytes());
        claims.measured(Claim.EXEC_HEAP, Math.max(most, after) - before);
    }

    private static byte[] send(OutputStream input) throws IOException, NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        var block = new byte[MEGABYTE];
        new Random(7).nextBytes(block);
        try (input) {
            for (var number = 0; number < MEGABYTES; number++) {
                ByteBuffer.wrap(block).putInt(number); // no two blocks are the same
                digest.update(block);
                input.write(block);
            }
        }
        return digest.digest();
    }

    private static byte[] receive(Process process) throws IOException, NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        var block = new byte[MEGABYTE];
        for (int count; (count = process.getInputStream().read(block)) >= 0; ) {
            digest.update(block, 0, count);
        }
        return digest.digest();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
