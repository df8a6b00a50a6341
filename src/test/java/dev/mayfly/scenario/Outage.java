package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.testing.Observer;
import dev.mayfly.testing.Observer.Bounds;
import dev.mayfly.testing.Readiness;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import java.time.Duration;
import java.util.List;

/**
 * Story C. The engine's socket goes away in the middle of a rollout, two replicas die meanwhile, and it comes back.
 *
 * @param engine what the operator knows the engine by
 * @param mode how it is gone
 * @param length for how long
 */
public record Outage(EngineProxy engine, Mode mode, Duration length) implements Scenario {
    private static final int REPLICAS = 8;
    private static final int SURGE = 2;
    private static final int KILLS = 2;

    @Override
    public String run(Workloads workloads) {
        var web = new Versions(workloads, "{maxSurge: %d, maxUnavailable: 1}".formatted(SURGE)).probedByCommand();
        web.run("1", REPLICAS);
        var bounds = new Bounds(REPLICAS + SURGE, REPLICAS - 1 - late());
        try (var observer = new Observer(workloads, Versions.NAME, bounds, Readiness.file(Versions.READY))) {
            web.apply("2", REPLICAS);
            await().pollInterval(Duration.ofMillis(10)).until(() -> observer.starts() >= 2);
            engine.mode(mode);
            kill(workloads.runningIds(Versions.NAME).stream().limit(KILLS).toList(), observer);
            await("the socket is gone")
                    .atMost(length.plusSeconds(30))
                    .during(length)
                    .until(() -> observer.violations().isEmpty());
            engine.mode(Mode.PASS);

            web.awaitOnly("2", REPLICAS);
            observer.assertKept();
            assertThat(observer.starts())
                    .as("one for each of the new version, and heals")
                    .isBetween(REPLICAS, REPLICAS + KILLS);
            return "socket gone for %d s (%s) in the middle of a rollout of %d: at most %d of %d run or terminate"
                    .formatted(length.toSeconds(), mode, REPLICAS, observer.most(), bounds.most());
        } finally {
            engine.mode(Mode.PASS);
            workloads.delete(Versions.NAME);
            workloads.awaitGone(Versions.NAME);
        }
    }

    /**
     * A silent engine carries out when it resumes what was requested before the two exits could be observed: two old
     * replicas more may be removed. An engine that refuses connections does nothing later.
     */
    private int late() {
        return mode == Mode.SILENT ? KILLS : 0;
    }

    private static void kill(List<String> replicas, Observer observer) {
        replicas.forEach(observer::excuse);
        replicas.forEach(Outage::kill);
    }

    private static void kill(String replica) {
        try {
            Docker.client().killContainerCmd(replica).exec();
        } catch (NotFoundException | ConflictException ended) {
            // a request of the operator's was under way
        }
    }
}
