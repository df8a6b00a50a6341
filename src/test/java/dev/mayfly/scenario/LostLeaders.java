package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Census;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorPair;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The leading one of two operators is lost again and again, at a random moment while it scales. The other one takes over within 15 s
 * and does the rest; no replica is started twice, and a leader that comes back acts no more.
 *
 * @param faults what happens to the leaders, one after the other
 * @param few replicas at the beginning, at least 1
 * @param many replicas after every other fault
 */
public record LostLeaders(OperatorPair operators, List<Fault> faults, int few, int many) implements Scenario {
    private static final String NAME = "lost-leaders";
    private static final Duration TAKE_OVER = Duration.ofSeconds(15);
    private static final Duration SOON = Duration.ofMinutes(3);

    /** How a leader is lost. */
    public enum Fault {
        /** It ends at once. */
        KILLED,
        /** It is told to end, as by an upgrade. */
        STOPPED,
        /** It stands still until its successor is at work, then goes on where it was. */
        PAUSED,
        /** Its connections to the API server break, and no new one is accepted; the engine answers. */
        CUT_OFF,
        /** Its connections to the API server stay without an answer; the engine answers. */
        UNANSWERED;

        void happenTo(OperatorProcess leader, OperatorPair operators) {
            switch (this) {
                case KILLED -> leader.kill9();
                case STOPPED -> leader.stop();
                case PAUSED -> OperatorPair.signal(leader, "STOP");
                case CUT_OFF -> operators.reaches(leader, Mode.REFUSE);
                case UNANSWERED -> operators.reaches(leader, Mode.SILENT);
                default -> throw new IllegalStateException();
            }
        }
    }

    @Override
    public String run(Workloads workloads) {
        var times = new EnumMap<Fault, List<Duration>>(Fault.class);
        var random = new Random();
        operators.start();
        workloads.apply(Workloads.manifest(NAME, few)
                .replace(
                        "  replicas:",
                        "  terminatedHistoryLimit: 0\n  replicas:")); // they would count among those that run
        workloads.awaitRunning(NAME, few);
        for (var round = 0; round < faults.size(); round++) {
            var took = lose(workloads, faults.get(round), round % 2 == 0, random);
            times.computeIfAbsent(faults.get(round), any -> new ArrayList<>()).add(took);
        }
        workloads.delete(NAME);
        workloads.awaitGone(NAME);
        return "taken over after " + summary(times);
    }

    /** @return the time in which the other operator took over */
    private Duration lose(Workloads workloads, Fault fault, boolean up, Random random) {
        var leader = operators.leader();
        var successor = operators.standbyOf(leader);
        var port = port();
        try (var census = new Census(workloads, NAME)) {
            var moment = random.nextInt(many - few);
            workloads.scale(NAME, up ? many : few);
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> Math.abs(census.alive() - (up ? few : many)) >= moment);
            var begin = System.nanoTime();
            fault.happenTo(leader, operators);
            await(fault + " leader is replaced")
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(SOON)
                    .until(() -> OperatorPair.leads(successor));
            var took = Duration.ofNanos(System.nanoTime() - begin);
            System.out.printf("%s leader: replaced after %.1f s%n", fault, took.toMillis() / 1000.0);

            var before = census.starts();
            workloads.awaitRunning(NAME, up ? many : few);
            assertThat(census.caughtUp().starts())
                    .as("starts, %d before", before)
                    .isEqualTo(up ? many - few : 0);
            comesBack(leader, fault);
            heals(workloads, census);
            assertThat(census.doubles()).as("slots that ran twice at a time").isEmpty();
            assertThat(census.most()).isLessThanOrEqualTo(many);
            assertThat(census.least()).isGreaterThanOrEqualTo(few - 1); // the one that was killed
            await("the virtual node is the successor's").atMost(SOON).until(() -> port() != port);
            assertThat(took).as("take-over from a leader that was " + fault).isLessThanOrEqualTo(TAKE_OVER);
            return took;
        } finally {
            operators.reaches(leader, Mode.PASS);
            operators.start();
        }
    }

    /** It must end without having changed anything. */
    private void comesBack(OperatorProcess leader, Fault fault) {
        if (fault == Fault.PAUSED) {
            OperatorPair.signal(leader, "CONT");
        }
        await("a leader that was " + fault + " ends").atMost(SOON).until(() -> !leader.isAlive());
    }

    private static void heals(Workloads workloads, Census census) {
        var running = census.alive();
        var starts = census.starts();
        Docker.client()
                .killContainerCmd(workloads.runningIds(NAME).iterator().next())
                .exec();
        await("the successor heals").until(() -> census.starts() == starts + 1 && census.alive() == running);
    }

    /** The port of the virtual node's API, which each operator serves at another one; waits until there is one. */
    private int port() {
        return await().atMost(SOON)
                .until(
                        () -> Optional.ofNullable(Cluster.client()
                                        .nodes()
                                        .withName(operators.node())
                                        .get())
                                .map(node -> node.getStatus().getDaemonEndpoints())
                                .map(endpoints -> endpoints.getKubeletEndpoint().getPort()),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static String summary(Map<Fault, List<Duration>> times) {
        var text = new StringBuilder();
        times.forEach((fault, took) -> {
            var sorted =
                    took.stream().sorted().map(time -> time.toMillis() / 1000.0).toList();
            text.append(String.format(
                    Locale.ROOT,
                    "%s%s ×%d: min %.1f, median %.1f, max %.1f s",
                    text.isEmpty() ? "" : "; ",
                    fault,
                    sorted.size(),
                    sorted.getFirst(),
                    sorted.get(sorted.size() / 2),
                    sorted.getLast()));
        });
        return text.toString();
    }
}
