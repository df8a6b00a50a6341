package dev.mayfly.runtime.toy;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntimeContract;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;

class ToyRuntimeTest extends ContainerRuntimeContract {
    @AutoClose
    private static final ToyRuntime TOY = new ToyRuntime();

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

    /** It misses nothing: what was there before is reported once more. */
    @Override
    protected void during(Trouble trouble, Runnable meanwhile) {
        var before = TOY.containers.keySet().stream().toList();
        meanwhile.run();
        before.forEach(TOY::inspect);
    }

    @Override
    protected Instant now() {
        return Instant.now();
    }
}
