package dev.mayfly.bench;

import dev.mayfly.bench.Lives.Kill;
import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.List;

/**
 * {@code make bench-heal}: the time from a kill from outside (SIGKILL of PID 1) until a replica has a
 * ready successor, with Mayfly, as a Swarm service and as a Kubernetes Deployment, in one run on one machine.
 */
public final class HealBench {
    private static final int REPLICAS = Integer.getInteger("mayfly.bench.replicas", 50);
    private static final int KILLS = Integer.getInteger("mayfly.bench.kills", 200);
    private static final int SECOND_KILLS = 5;

    private HealBench() {}

    public static void main(String[] arguments) {
        Claims.judge(HealBench.class, HealBench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        var mayfly = Engines.at(System.getenv("DOCKER_HOST"));
        var swarm = Engines.at(System.getenv("MAYFLY_SWARM_HOST"));
        System.out.printf(
                "%d replicas of %s (%s); one killed at a time, after it was ready for 10 s or more%n%n" + "%-54s %s%n",
                REPLICAS, Keeper.IMAGE, String.join(" ", Keeper.COMMAND), "", Percentiles.HEAD);
        try (var kubernetes = new KubernetesClientBuilder().build()) {
            try (var keeper = new MayflyKeeper(kubernetes, mayfly)) {
                var killing = up(keeper);
                var heals = rows("Mayfly", killing, killing.oneByOne(KILLS), keeper.stages());
                claims.measured(Claim.HEAL_P99, Percentiles.seconds(heals.at(99)));
            }
            try (var keeper = new SwarmKeeper(swarm)) {
                var killing = up(keeper);
                rows("Swarm", killing, killing.oneByOne(KILLS), keeper.stages());
            }
            try (var keeper = new DeploymentKeeper(kubernetes)) {
                var killing = up(keeper);
                rows("Deployment", killing, killing.oneByOne(Math.min(KILLS, REPLICAS)), keeper.stages());
                rows("Deployment, 2nd kill", killing, killing.together(SECOND_KILLS), keeper.stages());
            }
        }
    }

    private static Killing up(Keeper keeper) throws InterruptedException {
        var killing = new Killing(keeper);
        keeper.up(REPLICAS);
        killing.awaitReady(REPLICAS);
        return killing;
    }

    /** @return the times until the last stage */
    private static Percentiles rows(String who, Killing killing, List<Kill> kills, List<String> stages) {
        for (var stage : stages) {
            System.out.printf("%-54s %s%n", who + ": " + stage, Percentiles.of(killing.times(kills, stage)));
        }
        return Percentiles.of(killing.times(kills, stages.getLast()));
    }
}
