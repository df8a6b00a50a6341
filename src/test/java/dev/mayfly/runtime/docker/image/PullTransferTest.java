package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.runtime.docker.image.PullFailed.PullFault;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How long an engine may say nothing new of a pull. */
class PullTransferTest {
    private static final Duration PATIENCE = Duration.ofMillis(300);
    private static final RegistryLogin WAY = new RegistryLogin(Optional.empty(), PulledImage.ANYBODY);

    private final PullProgress progress = new PullProgress();
    private final AtomicInteger moves = new AtomicInteger();

    @Test
    void aStalledLayerAbandonsThePull() {
        update("a", "Downloading", 300, 1000);

        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(
                        PullFailed.class, failed -> assertThat(failed.fault()).isEqualTo(PullFault.STALLED))
                .hasMessage(
                        "It stopped at 300 of 1000 known bytes, 0 of 1 layers, and was abandoned after 1 s without a byte.");
        assertThat(moves).as("the first look is news").hasValue(1);
    }

    @Test
    void oneThatTheEngineHasNotBegunIsWaitedForTenTimesAsLong() {
        update("a", "Waiting", 0, 0);

        assertThatThrownBy(this::run)
                .isInstanceOf(PullFailed.class)
                .hasMessageContaining("after 3 s without a byte, in which the engine downloaded other images");
    }

    @Test
    void theEnginesLastMessageIsTheOutcome() throws InterruptedException {
        update("a", "Downloading", 1000, 1000);
        update("a", "Pull complete", 0, 0);
        update(null, "Status: Downloaded newer image for a:1", 0, 0);
        progress.onComplete();

        assertThat(run().percent()).isEqualTo(100);
    }

    @Test
    void anEndWithoutAWordIsNoSuccess() {
        progress.onComplete();

        assertThatThrownBy(this::run).isInstanceOf(IllegalStateException.class);
    }

    private dev.mayfly.core.image.PullState run() throws InterruptedException {
        var pull = (PullImageCmd) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PullImageCmd.class},
                (proxy, method, arguments) -> arguments[0]);
        return new PullTransfer(progress, PATIENCE, moves::incrementAndGet).run(pull, WAY);
    }

    private void update(String id, String status, long current, long total) {
        var line = "{\"id\": %s, \"status\": \"%s\", \"progressDetail\": {\"current\": %d, \"total\": %d}}"
                .formatted(id == null ? "null" : "\"" + id + "\"", status, current, total);
        try {
            progress.onNext(new ObjectMapper().readValue(line, PullResponseItem.class));
        } catch (com.fasterxml.jackson.core.JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
