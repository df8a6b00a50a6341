package dev.mayfly.bench;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code make bench-tasks}: one task of 200 completions, 8 at a time, beside a shell loop of 8 {@code docker run --rm}
 * at a time and a Kubernetes Job, alternating in one run; and the time of one echo from {@code kubectl apply} to
 * Complete.
 */
public final class TaskBench {
    private static final int COMPLETIONS = Integer.getInteger("mayfly.bench.completions", 200);
    private static final int PARALLELISM = Integer.getInteger("mayfly.bench.parallelism", 8);
    private static final int ROUNDS = Integer.getInteger("mayfly.bench.rounds", 5);
    private static final int ECHOES = Integer.getInteger("mayfly.bench.echoes", 20);

    private TaskBench() {}

    public static void main(String[] arguments) {
        Claims.judge(TaskBench.class, TaskBench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        try (var kubernetes = new KubernetesClientBuilder().build();
                var docker = Engines.at(System.getenv("DOCKER_HOST"));
                var batches = new Batches(kubernetes, docker)) {
            echoes(batches, claims);
            batches(batches, kubernetes, claims);
        }
    }

    private static void echoes(Batches batches, Claims claims) throws Exception {
        var times = new ArrayList<Duration>();
        for (var echo = 0; echo <= ECHOES; echo++) {
            var took = batches.run(1, 1, List.of("/bin/echo", "Hello Docker")).complete();
            if (echo > 0) { // the first round warms up the virtual machines
                times.add(took);
            }
        }
        var slowest = Percentiles.of(times).at(100);
        System.out.printf(
                "one echo, kubectl apply -> Complete: median %.2f s, slowest %.2f s of %d%n%n",
                seconds(median(times)), seconds(slowest), ECHOES);
        claims.measured(Claim.ECHO, seconds(slowest));
    }

    private static void batches(Batches batches, KubernetesClient kubernetes, Claims claims) throws Exception {
        var job = new JobRuns(kubernetes);
        var complete = new ArrayList<Duration>();
        var gone = new ArrayList<Duration>();
        var loops = new ArrayList<Duration>();
        var jobs = new ArrayList<Duration>();
        System.out.printf(
                "%d x %s /bin/true, %d at a time, in seconds (task: until Complete, until 0 containers are left)%n"
                        + "round   complete     gone   docker run      Job%n",
                COMPLETIONS, Keeper.IMAGE, PARALLELISM);
        for (var round = 0; round <= ROUNDS; round++) {
            var loop = round % 2 == 0 ? loop() : Duration.ZERO;
            var task = batches.run(COMPLETIONS, PARALLELISM, List.of("/bin/true"));
            loop = round % 2 == 0 ? loop : loop();
            if (task.runs() != COMPLETIONS) {
                throw new IllegalStateException(task.runs() + " attempts were counted, not " + COMPLETIONS);
            }
            if (round > 0) { // the first round warms up the virtual machines
                complete.add(task.complete());
                gone.add(task.gone());
                loops.add(loop);
                System.out.printf(
                        "%5d %10.2f %8.2f %12.2f",
                        round, seconds(task.complete()), seconds(task.gone()), seconds(loop));
                if (job.possible()) {
                    jobs.add(job.run(COMPLETIONS, PARALLELISM));
                    System.out.printf(" %8.2f", seconds(jobs.getLast()));
                }
                System.out.println();
            }
        }
        System.out.printf(
                "%nmedian  task %.2f s to Complete, %.2f s to 0 containers; docker run --rm %.2f s; Job %s%n",
                seconds(median(complete)),
                seconds(median(gone)),
                seconds(median(loops)),
                jobs.isEmpty()
                        ? "not measured: there is no node for Pods here"
                        : "%.2f s".formatted(seconds(median(jobs))));
        claims.measured(
                Claim.BATCH, (double) median(gone).toNanos() / median(loops).toNanos());
    }

    /** As a user would do it without Mayfly. A run ends when its container is removed. */
    private static Duration loop() throws Exception {
        return Commands.run(
                "sh",
                "-c",
                "seq %d | xargs -P %d -I '{}' docker run --rm %s /bin/true"
                        .formatted(COMPLETIONS, PARALLELISM, Keeper.IMAGE));
    }

    private static Duration median(List<Duration> times) {
        return Percentiles.of(times).at(50);
    }

    private static double seconds(Duration duration) {
        return Percentiles.seconds(duration);
    }
}
