package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.RuntimeUnavailable;
import java.util.function.Supplier;

/** Calls of the engine, whose silence is no defect: it leaves the truth unknown. */
public final class EngineAnswer {
    private EngineAnswer() {}

    /**
     * @param what the engine is asked, such as "what became of networks"
     * @param calls what docker-java and its connections throw where no answer came has no type of its own, and becomes {@link
     *     RuntimeUnavailable}; what the engine said stays, also in our words, and so do defects of ours
     */
    public static <T> T to(String what, Supplier<T> calls) {
        try {
            return calls.get();
        } catch (DockerException | RuntimeUnavailable | ImageStore.Stays | ImageUnavailable told) {
            throw told;
        } catch (NullPointerException | IndexOutOfBoundsException | ClassCastException defect) {
            throw defect;
        } catch (RuntimeException silence) {
            throw new RuntimeUnavailable("The engine did not say " + what + ": " + EngineWords.of(silence), silence);
        }
    }
}
