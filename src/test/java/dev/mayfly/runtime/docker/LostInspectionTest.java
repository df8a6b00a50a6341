package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.testing.engine.AnsweringEngine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An inspection fails while all containers are listed: the list, which may have been taken before, does not replace it. */
class LostInspectionTest {
    /** Before the next regular list. */
    private static final Duration SOON = Duration.ofSeconds(15);

    private static final String LIST = "/containers/json";
    private static final String INSPECTION = "/containers/c1/json";
    private static final String OTHER_INSPECTION = "/containers/c2/json";

    private final AnsweringEngine engine = new AnsweringEngine();
    private final DockerRuntime runtime = new DockerRuntime(
            Settings.eager(Answers.CLUSTER, engine.address(), Duration.ofSeconds(20)),
            Optional.empty(),
            InstantSource.system());

    @AfterEach
    void close() {
        runtime.close();
        engine.close();
    }

    @Test
    void anotherListFollowsAtOnce() {
        list("running");
        describe(Answers.state(true, 0, "", Answers.STARTED, Answers.NEVER));
        runtime.start();
        await().until(() -> engine.wasAsked(INSPECTION)); // it was found running, which is verified
        engine.breakOff(INSPECTION);
        engine.breakOff(OTHER_INSPECTION);
        var first = new AtomicBoolean(true);
        engine.before(LIST, () -> {
            if (first.getAndSet(false)) {
                failAnInspection();
            } else {
                list("exited");
                describe(Answers.state(false, 3, "", Answers.STARTED, Answers.ENDED));
            }
        });

        engine.report("start", "c2", "{}"); // the failure of its inspection asks for the first list

        await().until(() -> !first.get());
        await().atMost(SOON).untilAsserted(() -> assertThat(find().phase()).isEqualTo(Phase.ENDED));
    }

    private void failAnInspection() {
        engine.forgetCalls();
        engine.report("health_status", "c1", "{}");
        await().until(() -> engine.wasAsked(INSPECTION));
        await().pollDelay(Duration.ofMillis(500)).until(() -> true); // until the operator has seen it fail
    }

    private void list(String state) {
        engine.answer(
                LIST,
                "[{\"Id\":\"c1\",\"Names\":[\"/%s\"],\"Created\":1767268800,\"State\":\"%s\",\"Labels\":%s}]"
                        .formatted(Answers.name(), state, Answers.text(Answers.labels())));
    }

    private void describe(String state) {
        engine.answer(
                INSPECTION,
                ("{\"Id\":\"c1\",\"Name\":\"/%s\",\"Created\":\"%s\",\"Config\":{\"Labels\":%s},\"HostConfig\":{},"
                                + "\"State\":%s}")
                        .formatted(
                                Answers.name(),
                                Answers.CREATED,
                                Answers.text(Answers.labels()),
                                state.replace("/*oom*/", "")));
    }

    private Replica find() {
        return runtime.observe(Answers.LAUNCH.id().owner(), Instant.now())
                .find(Answers.LAUNCH.id())
                .orElseThrow();
    }
}
