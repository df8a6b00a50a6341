package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.RuntimeUnavailable;
import java.time.DateTimeException;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** Runs calls to the engine. An engine that does not answer is not a defect: its state is unknown then. */
public final class EngineAnswer {
    private EngineAnswer() {}

    /**
     * @param what the question, such as "what became of networks"
     * @param calls the calls. Exceptions of docker-java and its connections for a missing answer have no common type;
     *     they become {@link RuntimeUnavailable}. Refusals of the engine, our own refusals and defects are rethrown
     *     unchanged
     */
    public static <T> T to(String what, Supplier<T> calls) {
        try {
            return calls.get();
        } catch (DockerException | RuntimeUnavailable | ImageStore.Stays | ImageUnavailable answered) {
            throw answered;
        } catch (RuntimeException failed) {
            if (isDefect(failed)) {
                throw failed;
            }
            throw new RuntimeUnavailable("The engine did not report " + what + ": " + EngineWords.of(failed), failed);
        }
    }

    /**
     * True for a failure that the engine's answer about one object uncovered in whoever reads it. It concerns that object
     * alone, while silence of the engine concerns all. Connections throw none of these types.
     */
    public static boolean isDefect(Throwable failure) {
        return failure instanceof NullPointerException
                || failure instanceof IndexOutOfBoundsException
                || failure instanceof ClassCastException
                || failure instanceof ArithmeticException
                || failure instanceof DateTimeException
                || failure instanceof IllegalArgumentException
                || failure instanceof NoSuchElementException;
    }
}
