package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.core.model.Failure;
import dev.mayfly.runtime.docker.engine.EngineAnswer;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.engine.TimedHttpClient.Late;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One pass over several containers. If the engine can't describe one of them, or a defect shows when its description is
 * read, that concerns no other container; silence of the engine concerns all. The engine may be silent about one
 * container, which it locks while it starts or removes it: the first that it does not describe in time concerns no other
 * one either, if the engine answers another question at once. Used by one thread.
 */
final class SyncPass {
    private static final Logger LOG = Logger.getLogger(SyncPass.class);

    /** Reason of a replica's failure if the engine can't describe its container. */
    static final String UNREADABLE = "UnreadableContainer";

    private final BooleanSupplier answers;
    private Optional<String> late = Optional.empty();

    /** @param answers true if the engine answers a question that concerns no container */
    SyncPass(BooleanSupplier answers) {
        this.answers = answers;
    }

    /** As the other one; a container that the engine does not describe in time is left as it was known. */
    void apart(String container, Runnable sync, Consumer<Failure> otherwise) {
        apart(container, sync, otherwise, why -> {});
    }

    /**
     * Synchronizes one container.
     *
     * @param otherwise is told the failure of its replica
     * @param ifLate is told it instead if the engine did not describe the container in time
     */
    void apart(String container, Runnable sync, Consumer<Failure> otherwise, Consumer<Failure> ifLate) {
        try {
            sync.run();
        } catch (Late silence) {
            if (late.isPresent() || !answers.getAsBoolean()) {
                throw silence;
            }
            late = Optional.of(container);
            LOG.warnf("The engine answers, but not about container %s: %s", container, EngineWords.of(silence));
            failed(container, ifLate, silence);
        } catch (RuntimeException failed) {
            if (!concernsOne(failed)) {
                throw failed;
            }
            LOG.errorf(failed, "Container %s can't be read", container);
            failed(container, otherwise, failed);
        }
    }

    /** True for the container that the engine did not describe in time. */
    boolean isLate(String container) {
        return late.filter(container::equals).isPresent();
    }

    private static void failed(String container, Consumer<Failure> otherwise, RuntimeException cause) {
        try {
            otherwise.accept(failure(cause));
        } catch (RuntimeException again) {
            if (!concernsOne(again)) {
                throw again;
            }
            LOG.errorf(again, "Container %s is left as it was known", container);
        }
    }

    private static boolean concernsOne(RuntimeException failed) {
        return failed instanceof DockerException || EngineAnswer.isDefect(failed);
    }

    private static Failure failure(RuntimeException failed) {
        var words = EngineAnswer.isDefect(failed)
                ? ", which the operator's log explains"
                : "; the engine says: " + EngineWords.of(failed);
        return new Failure(
                UNREADABLE, "The engine's description of its container can't be read, so it is replaced" + words);
    }
}
