package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.JsonEOFException;
import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.docker.Answers;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.container.ContainerSnapshot;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineAnswer;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.testing.ForeignInput;
import dev.mayfly.testing.engine.AnsweringEngine;
import java.io.CharConversionException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Descriptions of images and containers, much of which the builder of an image wrote. */
class InspectionFuzzTest {
    private static AnsweringEngine answers;
    private static Engine engine;

    @BeforeContainer
    static void connect() {
        answers = new AnsweringEngine();
        engine = new EngineConnector(Settings.of(Answers.CLUSTER, answers.address())).connect();
    }

    @AfterContainer
    static void close() throws IOException {
        engine.close();
        answers.close();
    }

    @Property
    void anImageIsReadOrUnavailable(@ForAll("images") String json) throws Exception {
        answers.answer("/images/a:1/json", json);
        var known = new KnownImages(() -> engine, InstantSource.system());

        ForeignInput.assertSoon(() -> {
            try {
                known.inspect("a:1");
            } catch (ImageUnavailable unreadable) {
                assertThat(unreadable.getMessage()).hasSizeLessThan(1 << 10);
            } catch (RuntimeException cutOff) {
                assertThat(isCutOff(cutOff)).as(cutOff.toString()).isTrue();
            }
        });
    }

    @Property
    void aContainerIsReadOrAFailureOfItsOwn(@ForAll("containers") String json) throws Exception {
        answers.answer("/containers/c1/json", json);

        ForeignInput.assertSoon(() -> {
            try {
                engine.container("c1").flatMap(found -> ContainerSnapshot.of(Answers.CLUSTER, found));
            } catch (DockerException unreadable) {
                assertThat(unreadable.getMessage()).hasSizeLessThan(1 << 10);
            } catch (RuntimeException failed) {
                assertThat(EngineAnswer.isDefect(failed) || isCutOff(failed))
                        .as(failed.toString())
                        .isTrue();
            }
        });
    }

    /** An answer that ends too early, between its tokens or within a character: one that starts with zeros is read as UTF-32. */
    private static boolean isCutOff(RuntimeException failed) {
        return failed.getCause() instanceof JsonEOFException || failed.getCause() instanceof CharConversionException;
    }

    @Provide
    static Arbitrary<String> images() {
        var parts = List.of(
                "Id",
                "RepoTags",
                "RepoDigests",
                "Created",
                "Size",
                "Config",
                "ContainerConfig",
                "RootFS",
                "Layers",
                "GraphDriver",
                "User",
                "Env",
                "Labels",
                "Volumes",
                "StopSignal",
                "OnBuild",
                "Healthcheck",
                "Test",
                "Interval",
                "Retries",
                "ExposedPorts");
        var trees = ForeignInput.json(parts, "\"sha256:a\"", "[\"a:1\"]", "{\"80/foo\":{}}", "\"/data/\"", "[\"CMD\"]");
        var whole =
                trees.map(tree -> "{\"Id\":\"sha256:a\",\"RepoTags\":[\"a:1\"],\"Size\":7,\"Config\":" + tree + "}");
        return Arbitraries.frequencyOf(Tuple.of(1, trees), Tuple.of(2, whole));
    }

    @Provide
    static Arbitrary<String> containers() {
        var parts = List.of(
                "Id",
                "Name",
                "Created",
                "Config",
                "Labels",
                "Healthcheck",
                "Retries",
                "ExposedPorts",
                "HostConfig",
                "RestartPolicy",
                "NetworkMode",
                "NetworkSettings",
                "Networks",
                "Ports",
                "State",
                "Running",
                "ExitCode",
                "StartedAt",
                "FinishedAt",
                "Health",
                "Mounts");
        var trees = ForeignInput.json(
                parts,
                "\"" + Answers.STARTED + "\"",
                "{\"8000-8010/tcp\":null}",
                "\"none\"",
                "{\"mayfly.dev/cluster\":\"x\"}");
        var ours = trees.map(tree -> "{\"Id\":\"c1\",\"Name\":\"/" + Answers.name() + "\",\"Config\":{\"Labels\":"
                + Answers.text(Answers.labels()) + "},\"State\":" + tree + ",\"NetworkSettings\":" + tree + "}");
        return Arbitraries.frequencyOf(Tuple.of(1, trees), Tuple.of(2, ours));
    }
}
