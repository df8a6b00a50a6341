package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Observer.Bounds;
import dev.mayfly.testing.engine.Docker;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The observer sees what it is there for: each of these breaks a bound for less than a second. */
class ObserverIT {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Workloads workloads =
            new Workloads(null, "observer-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet());

    @AfterEach
    void removeContainers() {
        Docker.removeAll(labels());
    }

    @Test
    void whatKeepsTheBoundsIsNoViolation() {
        var first = run();
        try (var observer = new Observer(workloads, "web", new Bounds(2, 1))) {
            run();
            kill(first, "SIGKILL");
            await().until(() -> observer.alive() == 1);

            observer.assertKept();
            assertThat(observer.most()).isEqualTo(2);
            assertThat(observer.least()).isEqualTo(1);
        }
    }

    @Test
    void aBriefSurplusIsObserved() {
        run();
        try (var observer = new Observer(workloads, "web", new Bounds(1, 0))) {
            var brief = run();
            remove(brief);
            await().until(() -> observer.most() == 2 && observer.alive() == 1);

            assertThat(observer.violations()).containsExactly("2 run or terminate where at most 1 may");
            assertThatThrownBy(observer::assertKept)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("1 violations")
                    .hasMessageContaining("start observer-")
                    .hasMessageContaining("^^^^ 2 run or terminate");
        }
    }

    @Test
    void aTerminatingOneCounts() {
        var first = run();
        try (var observer = new Observer(workloads, "web", new Bounds(1, 0))) {
            kill(first, "SIGTERM"); // which it ignores
            run();
            await().until(() -> observer.alive() == 2);

            assertThat(observer.violations()).containsExactly("2 run or terminate where at most 1 may");
        }
    }

    @Test
    void aSignalThatLeavesTooFewIsSeen() {
        var first = run();
        run();
        try (var observer = new Observer(workloads, "web", new Bounds(2, 2))) {
            kill(first, "SIGTERM");
            await().until(() -> observer.least() == 1);

            assertThat(observer.violations()).containsExactly("a signal leaves 1 ready where at least 2 must be");
        }
    }

    @Test
    void whatTheTestKillsOrEndsByItselfIsNotMayflysDoing() {
        var first = run();
        var second = run();
        try (var observer = new Observer(workloads, "web", new Bounds(2, 2))) {
            observer.excuse(first);
            kill(first, "SIGKILL");
            Docker.end(second, "touch", "/tmp/end");
            await().until(() -> observer.alive() == 0);

            observer.assertKept();
            assertThat(observer.least()).isZero();
        }
    }

    @Test
    void onlyWhatIsReadyByTheTestsOwnDefinitionIsCounted() {
        var ready = run();
        var unready = run();
        Docker.exec(ready, "touch", "/tmp/ready");
        try (var observer = new Observer(workloads, "web", new Bounds(2, 1), Readiness.file("/tmp/ready"))) {
            kill(unready, "SIGKILL");
            await().until(() -> observer.alive() == 1);
            observer.assertKept();

            kill(ready, "SIGKILL");
            await().until(() -> observer.alive() == 0);
            assertThat(observer.violations()).containsExactly("a signal leaves 0 ready where at least 1 must be");
        }
    }

    /** Ignores SIGTERM; ends when /tmp/end exists. */
    private String run() {
        var id = Docker.client()
                .createContainerCmd("busybox:1.36")
                .withName(workloads.namespace() + "-" + NUMBERS.incrementAndGet())
                .withLabels(labels())
                .withCmd("sh", "-c", "while [ ! -e /tmp/end ]; do sleep 0.1; done")
                .exec()
                .getId();
        Docker.client().startContainerCmd(id).exec();
        return id;
    }

    private static void kill(String container, String signal) {
        Docker.client().killContainerCmd(container).withSignal(signal).exec();
    }

    private static void remove(String container) {
        Docker.client().removeContainerCmd(container).withForce(true).exec();
    }

    private Map<String, String> labels() {
        return workloads.labels("web");
    }
}
