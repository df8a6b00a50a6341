package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.core.image.PullState;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.engine.TimedHttpClient;
import dev.mayfly.runtime.docker.image.PullFailed.PullFault;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** One pull by the engine, which may take as long as it progresses. */
final class PullTransfer {
    /** How often progress is checked. */
    private static final Duration PULSE = Duration.ofSeconds(1);
    /**
     * Factor for queued pulls. The engine downloads three layers of all pulls at a time. A queued pull may wait longer,
     * but not for ever: a pull of another client, which is never abandoned, may hold the engine's places.
     */
    private static final int QUEUED = 10;

    private final PullProgress progress;
    private final Duration stallTimeout;
    private final Runnable moved;

    /** @param moved called about once a second while the pull progresses */
    PullTransfer(PullProgress progress, Duration stallTimeout, Runnable moved) {
        this.progress = progress;
        this.stallTimeout = stallTimeout;
        this.moved = moved;
    }

    /**
     * Blocks. Fails with {@link PullFailed}, or with another exception if the engine did not answer.
     *
     * @return the final progress
     */
    PullState run(PullImageCmd pull, RegistryLogin login) throws InterruptedException {
        try (var stream = pull.exec(progress)) { // the engine stops a pull whose client disconnects
            var silence = Duration.ZERO;
            while (!stream.ends(PULSE)) {
                silence = progress.moved() ? Duration.ZERO : silence.plus(PULSE);
                if (silence.isZero()) {
                    moved.run();
                }
                requireProgress(silence);
            }
        } catch (IOException closing) {
            throw new UncheckedIOException(closing);
        }
        return outcome(login);
    }

    private PullState outcome(RegistryLogin login) {
        progress.failure().ifPresent(failure -> {
            if (failure instanceof TimedHttpClient.Late) {
                throw stalled(stallTimeout, false);
            }
            throw failure instanceof DockerException refused
                    ? new PullFailed(EngineWords.of(refused), login)
                    : new IllegalStateException("the engine could not be listened to", failure);
        });
        progress.refusal().ifPresent(said -> {
            throw new PullFailed(said, login);
        });
        if (!progress.done()) {
            throw new IllegalStateException("the engine ended a pull without a result");
        }
        return progress.state();
    }

    private void requireProgress(Duration silence) {
        var queued = progress.queued();
        if (silence.compareTo(queued ? stallTimeout.multipliedBy(QUEUED) : stallTimeout) >= 0) {
            throw stalled(silence, queued);
        }
    }

    private PullFailed stalled(Duration silence, boolean queued) {
        var state = progress.state();
        return new PullFailed(
                PullFault.STALLED,
                "It stopped at %d of %d known bytes, %d of %d layers, and was abandoned after %d s without a byte%s."
                        .formatted(
                                state.bytes(),
                                state.totalBytes(),
                                state.layersDone(),
                                state.layers(),
                                silence.toSeconds(),
                                queued ? ", in which the engine downloaded other images" : ""));
    }
}
