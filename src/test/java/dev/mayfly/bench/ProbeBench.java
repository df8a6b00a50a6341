package dev.mayfly.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Health;
import dev.mayfly.probe.Health.ProbeKind;
import dev.mayfly.probe.Prober;
import dev.mayfly.probe.Prober.Reports;
import dev.mayfly.probe.Prober.Target;
import dev.mayfly.testing.engine.Docker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The cost of probes for the operator: the CPU time of this process for 1,000 replicas, each probed once a second over
 * HTTP or TCP; the server is another process. And the cost of one exec probe for the engine. The replicas have 1,000
 * loopback addresses.
 */
public final class ProbeBench implements Reports {
    private static final int REPLICAS = 1000;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(30);
    private static final int EXECS = 50;

    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    public static void main(String[] arguments) {
        Claims.judge(ProbeBench.class, ProbeBench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        var server = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProbedServer.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            var port = Integer.parseInt(new BufferedReader(new InputStreamReader(server.getInputStream())).readLine());
            var tcp = new ProbeBench();
            claims.measured(Claim.TCP_PROBES, tcp.over("tcp ", new Probe.TcpSocket(port)));
            claims.measured(Claim.PROBES_FAILED, tcp.failures.get());
            var http = new ProbeBench();
            claims.measured(
                    Claim.HTTP_PROBES, http.over("http", new Probe.HttpGet(false, port, "/healthz", List.of())));
            claims.measured(Claim.PROBES_FAILED, http.failures.get());
        } finally {
            server.destroy();
        }
        exec();
    }

    /** @return the cost of 1,000 a second in percent of a core; not a number if none was answered */
    private double over(String name, Probe.Check check) throws InterruptedException {
        var second = Duration.ofSeconds(1);
        var probe = new Probe(check, Duration.ZERO, second, second, 1, 1);
        try (var prober = new Prober((target, command, timeout) -> null, this, InstantSource.system())) {
            for (var i = 0; i < REPLICAS; i++) {
                var id = new ReplicaId(new OwnerId("EphemeralWorkload", "bench", "web", "uid"), i, 1);
                var address = "127.1." + i / 250 + "." + (i % 250 + 1);
                prober.watchBusy(new Target(id, "c" + i, address, Instant.now(), false), probe);
            }
            rest(WARM_UP);
            var asked = answers.get();
            var cpu = cpuNanos();
            var began = System.nanoTime();
            rest(MEASURED);
            var seconds = (System.nanoTime() - began) / 1e9;
            var perSecond = (answers.get() - asked) / seconds;
            var cores = (cpuNanos() - cpu) / 1e9 / seconds;
            System.out.printf(
                    "%s  %.0f probes/s  %.3f cores  %.0f us a probe  %d of all failed%n",
                    name, perSecond, cores, cores / perSecond * 1e6, failures.get());
            return cores / perSecond * 1000 * 100;
        }
    }

    private static void exec() throws IOException {
        var container = Docker.client()
                .createContainerCmd("busybox:1.36")
                .withCmd("tail", "-f", "/dev/null")
                .exec()
                .getId();
        try {
            Docker.client().startContainerCmd(container).exec();
            Docker.exec(container, "true");
            var engine = EngineUsage.cpu();
            var own = cpuNanos();
            var began = System.nanoTime();
            for (var i = 0; i < EXECS; i++) {
                Docker.exec(container, "true");
            }
            System.out.printf(
                    "exec  %.0f ms each, one after another  %.1f ms CPU in the engine's daemons  %.1f ms in the operator%n",
                    (System.nanoTime() - began) / 1e6 / EXECS,
                    EngineUsage.cpu().minus(engine).toNanos() / 1e6 / EXECS,
                    (cpuNanos() - own) / 1e6 / EXECS);
        } finally {
            Docker.client().removeContainerCmd(container).withForce(true).exec();
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static void rest(Duration time) throws InterruptedException {
        new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Presence presence(Target target) {
        return Presence.RUNS;
    }

    @Override
    public void busy(Target target, boolean busy, Instant asOf) {
        answers.incrementAndGet();
        if (!busy) {
            failures.incrementAndGet();
        }
    }

    @Override
    public void busyUnknown(ReplicaId id) {}

    @Override
    public void verdict(Target target, Health health, Answer answer, Instant since) {}

    @Override
    public void notable(ReplicaId id, ProbeKind kind, Answer answer) {}
}
