package dev.mayfly.runtime.docker;

import dev.mayfly.runtime.RuntimeUnavailable;
import java.io.IOException;
import java.util.function.Supplier;

/** Calls of the engine, whose silence is no defect: it leaves the truth unknown. */
final class EngineAnswer {
    private EngineAnswer() {}

    /**
     * @param what the engine is asked, such as "what became of networks"
     * @param calls what docker-java throws where no answer came becomes {@link RuntimeUnavailable}; all else stays
     */
    static <T> T to(String what, Supplier<T> calls) {
        try {
            return calls.get();
        } catch (RuntimeException failed) {
            if (!silence(failed)) {
                throw failed;
            }
            throw new RuntimeUnavailable("The engine did not say " + what + ": " + EngineWords.of(failed), failed);
        }
    }

    /** docker-java wraps what a connection throws. */
    private static boolean silence(Throwable failed) {
        for (var cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return !(failed instanceof RuntimeUnavailable);
            }
        }
        return false;
    }
}
