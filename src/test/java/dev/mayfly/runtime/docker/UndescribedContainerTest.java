package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.testing.engine.AnsweringEngine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine that can't describe one container of several. */
class UndescribedContainerTest {
    private static final String UNREADABLE = "UnreadableContainer";

    private final AnsweringEngine engine = new AnsweringEngine();
    private final DockerRuntime runtime =
            new DockerRuntime(Settings.of(Answers.CLUSTER, engine.address()), Optional.empty(), InstantSource.system());

    @AfterEach
    void close() {
        runtime.close();
        engine.close();
    }

    @Test
    void theListGoesOnWhenTheEngineRefusesToDescribeOne() {
        list("running", "exited", "exited");
        engine.refuse("/containers/c1/json", "layer does not exist");
        engine.answer("/containers/c2/json", ended(2));

        runtime.start();

        assertThat(find(0).phase()).isEqualTo(Phase.RUNNING);
        assertThat(find(2).outcome().exit()).contains(new Exit(3, ""));
        assertUnreadable(1, "layer does not exist");
        assertThat(find(1).outcome().excused()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "\"\"",
                "{\"Id\":\"c1\",\"RestartCount\":99999999999}",
                "{\"Id\":\"c1\",\"Config\":null}",
                "{\"Id\":\"c1\",\"Name\":\"\",\"Config\":{},\"State\":{}}"
            })
    void theListGoesOnWhenTheDescriptionOfOneCannotBeRead(String description) {
        list("running", "exited");
        engine.answer("/containers/c1/json", description);

        runtime.start();

        assertThat(find(0).phase()).isEqualTo(Phase.RUNNING);
        assertUnreadable(1, "");
    }

    /** It counts, so that no more than the desired number run, and the plan removes it. */
    @Test
    void oneThatRunsIsToBeReplaced() {
        list("running", "paused");
        engine.refuse("/containers/c1/json", "no");

        runtime.start();

        assertThat(find(1).phase()).isEqualTo(Phase.RUNNING);
        assertThat(find(1).health().ready()).isFalse();
        assertThat(find(1).health().unhealthy().orElseThrow().reason()).isEqualTo(UNREADABLE);
    }

    /** An unanswered launch would have all containers listed again every few seconds. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"Id\":\"sha256:a\",\"Size\":99999999999999999999}", "null"})
    void aLaunchOfAnImageThatCannotBeDescribedFailsWithAReason(String description) {
        engine.answer("/images/a:1/json", description);
        runtime.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        runtime.start();

        runtime.launch(new Launch(
                id(0),
                "v1",
                Templates.plain()
                        .withImage(image -> image.withReference("a:1").withPullPolicy(Template.PullPolicy.Never)),
                0,
                0,
                Instant.now(),
                Priority.SCALE));

        await().untilAsserted(() ->
                assertThat(find(0).outcome().failure()).map(Failure::reason).contains("ImageInspectError"));
    }

    @Test
    void silenceOfTheEngineConcernsAll() {
        list("running", "exited");
        engine.breakOff("/containers/c1/json");

        runtime.start();

        assertThatThrownBy(() -> find(0)).isInstanceOf(RuntimeUnavailable.class);
    }

    /** Otherwise nobody would know of that end before the next full list. */
    @Test
    void whatEndsBeforeTheEngineReportsEventsIsListed() {
        list("running");
        engine.beforeEvents(() -> {
            var begin = System.nanoTime();
            while (!engine.wasAsked("/containers/json") && System.nanoTime() - begin < 500_000_000) {
                Thread.onSpinWait();
            }
            list("exited");
            engine.answer("/containers/c0/json", ended(0));
        });

        runtime.start();

        assertThat(find(0).outcome().exit()).contains(new Exit(3, ""));
    }

    @Test
    void thePortsOfAnImageAreNoReasonNotToReadItsContainer() {
        list("exited");
        engine.answer(
                "/containers/c0/json",
                ended(0).replace("\"Config\":{", "\"Config\":{\"ExposedPorts\":{\"80/foo\":{},\"8000-8010/tcp\":{}},"));

        runtime.start();

        assertThat(find(0).outcome().exit()).contains(new Exit(3, ""));
    }

    private void assertUnreadable(int slot, String words) {
        assertThat(find(slot).phase()).isEqualTo(Phase.ENDED);
        var failure = find(slot).outcome().failure().orElseThrow();
        assertThat(failure.reason()).isEqualTo(UNREADABLE);
        assertThat(failure.message()).contains(words);
    }

    private Replica find(int slot) {
        return runtime.observe(id(slot).owner(), Instant.now()).find(id(slot)).orElseThrow();
    }

    private void list(String... states) {
        var lines = new StringBuilder();
        for (var slot = 0; slot < states.length; slot++) {
            lines.append(lines.isEmpty() ? "[" : ",").append(Answers.line("c" + slot, launch(slot), states[slot]));
        }
        engine.answer("/containers/json", lines + "]");
    }

    private static String ended(int slot) {
        return ("{\"Id\":\"c%d\",\"Name\":\"/%s\",\"Created\":\"%s\",\"Config\":{\"Labels\":%s},\"HostConfig\":{},"
                        + "\"State\":%s}")
                .formatted(
                        slot,
                        name(slot),
                        Answers.CREATED,
                        labels(slot),
                        Answers.state(false, 3, "", Answers.STARTED, Answers.ENDED)
                                .replace("/*oom*/", ""));
    }

    private static String labels(int slot) {
        return Answers.text(Ownership.labels(Answers.CLUSTER, launch(slot)));
    }

    private static Launch launch(int slot) {
        return new Launch(id(slot), "v1", Templates.plain(), 0, 0, Samples.NOON, Priority.SCALE);
    }

    private static String name(int slot) {
        return Ownership.containerName(id(slot));
    }

    private static ReplicaId id(int slot) {
        return Samples.id(slot, 1);
    }
}
