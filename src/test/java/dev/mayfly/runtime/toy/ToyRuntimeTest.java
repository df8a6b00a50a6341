package dev.mayfly.runtime.toy;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntimeContract;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;

class ToyRuntimeTest extends ContainerRuntimeContract {
    private static final ToyRuntime TOY = new ToyRuntime();

    @AfterAll
    static void close() {
        TOY.close();
    }

    @Override
    protected ContainerRuntime runtime() {
        return TOY;
    }

    @Override
    protected Template runsForEver() {
        return Samples.template("toy");
    }

    @Override
    protected void kill(ReplicaId id) {
        TOY.index.container(id).ifPresent(container -> TOY.end(container, 137));
    }

    @Override
    protected void vanish(ReplicaId id) {
        TOY.index.container(id).ifPresent(container -> {
            TOY.remove(id, container);
            TOY.inspect(container);
        });
    }

    @Override
    protected Instant now() {
        return Instant.now();
    }
}
