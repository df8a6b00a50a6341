package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Ephemerality.Mode;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An engine that answers, but not about a container that it has locked, as while it starts one. */
class SilentContainerTest {
    private static final String LIST = "/containers/json";
    private static final String IMAGE = "{\"Id\":\"sha256:a\",\"RepoTags\":[\"a:1\"],\"Size\":7,\"Config\":{},"
            + "\"RootFS\":{\"Layers\":[\"sha256:l\"]}}";
    private static final String RUNNING = "running";
    private static final String CREATED = "created";

    private final AnsweringEngine engine = new AnsweringEngine();
    private DockerRuntime runtime = runtime(Duration.ofSeconds(3));

    @AfterEach
    void close() {
        runtime.close();
        engine.close();
    }

    @Test
    void oneContainerOfWhichNothingIsSaidConcernsNoOther() {
        list(RUNNING, CREATED);
        engine.hang(inspection(1));

        runtime.start();

        assertThat(find(0).phase()).isEqualTo(Phase.RUNNING);
        assertThat(find(1).outcome().failure().orElseThrow().message()).contains("no answer within 3 s");
        engine.answer(inspection(0), described(0, state(false)));
        engine.report("die", "c0", "{\"exitCode\":\"3\"}");
        await().untilAsserted(() -> assertThat(find(0).outcome().exit()).contains(new Exit(3, "")));
    }

    @Test
    void aKnownReplicaIsLeftAsItWasKnown() {
        list(RUNNING, RUNNING);
        engine.answer(inspection(0), described(0, state(true)));
        engine.answer(inspection(1), described(1, state(true)));
        runtime.start();
        await().until(() -> engine.wasAsked(inspection(1)));

        engine.hang(inspection(0));
        list("exited", "exited");
        engine.answer(inspection(1), described(1, state(false)));
        listAgain();

        await().untilAsserted(() -> assertThat(find(1).outcome().exit()).contains(new Exit(3, "")));
        assertThat(find(0).phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void twoContainersOfWhichNothingIsSaidAreTheSilenceOfTheEngine() {
        list(RUNNING, CREATED, CREATED);
        engine.hang(inspection(1));
        engine.hang(inspection(2));

        runtime.start();

        assertThatThrownBy(() -> find(0)).isInstanceOf(RuntimeUnavailable.class);
    }

    @Test
    void oneIsTheSilenceOfTheEngineThatAnswersNoPing() {
        list(RUNNING, CREATED);
        engine.hang(inspection(1));
        engine.hang("/_ping");

        runtime.start();

        assertThatThrownBy(() -> find(0)).isInstanceOf(RuntimeUnavailable.class);
    }

    @Test
    void aContainerThatIsBeingStartedIsNotAskedFor() {
        runtime.close();
        runtime = runtime(Duration.ofSeconds(20));
        runtime.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        engine.answer("/images/a:1/json", IMAGE);
        engine.answer("/images/sha256:a/json", IMAGE);
        engine.answer("/containers/create", "{\"Id\":\"c0\"}");
        engine.answer(inspection(0), described(0, state(false)));
        engine.hang("/containers/c0/start");
        engine.answer(inspection(1), described(1, state(false)));
        runtime.start();
        runtime.launch(launch(0));
        await().until(() -> engine.wasAsked("/containers/c0/start"));
        engine.hang(inspection(0));
        engine.forgetCalls();

        list(CREATED, "exited");
        listAgain();

        await().untilAsserted(() -> assertThat(observed(1)).isPresent());
        assertThat(engine.wasAsked(inspection(0))).isFalse();
        assertThat(find(0).phase()).isEqualTo(Phase.PENDING);
    }

    private DockerRuntime runtime(Duration callTimeout) {
        return new DockerRuntime(
                Settings.eager(Answers.CLUSTER, engine.address(), callTimeout),
                Optional.empty(),
                InstantSource.system());
    }

    /** A failed inspection asks for a list. */
    private void listAgain() {
        engine.breakOff(inspection(9));
        engine.report("start", "c9", "{}");
    }

    private Replica find(int slot) {
        return observed(slot).orElseThrow();
    }

    private Optional<Replica> observed(int slot) {
        return runtime.observe(id(slot).owner(), Instant.now()).find(id(slot));
    }

    private void list(String... states) {
        var lines = new StringBuilder();
        for (var slot = 0; slot < states.length; slot++) {
            lines.append(lines.isEmpty() ? "[" : ",").append(Answers.line("c" + slot, launch(slot), states[slot]));
        }
        engine.answer(LIST, lines + "]");
    }

    private static String inspection(int slot) {
        return "/containers/c" + slot + "/json";
    }

    private static String state(boolean running) {
        return Answers.state(running, running ? 0 : 3, "", Answers.STARTED, running ? Answers.NEVER : Answers.ENDED)
                .replace("/*oom*/", "");
    }

    private static String described(int slot, String state) {
        return ("{\"Id\":\"c%d\",\"Name\":\"/%s\",\"Created\":\"%s\",\"Config\":{\"Labels\":%s},\"HostConfig\":{},"
                        + "\"State\":%s}")
                .formatted(slot, Ownership.containerName(id(slot)), Answers.CREATED, labels(slot), state);
    }

    private static String labels(int slot) {
        return Answers.text(Ownership.labels(Answers.CLUSTER, launch(slot)));
    }

    private static Launch launch(int slot) {
        var template = Templates.in(new Ephemerality(Mode.Off, List.of(), false, false))
                .withImage(image -> image.withReference("a:1").withPullPolicy(Template.PullPolicy.Never))
                .withNetwork(network -> network.withMode(Template.Network.Mode.None));
        return new Launch(id(slot), "v1", template, 0, 0, Samples.NOON, Priority.SCALE);
    }

    private static ReplicaId id(int slot) {
        return Samples.id(slot, 1);
    }
}
