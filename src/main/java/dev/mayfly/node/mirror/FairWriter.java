package dev.mayfly.node.mirror;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairExecutor;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Threads that namespaces, then owners, share. */
record FairWriter(FairExecutor threads) implements Mirrors.Writer {
    private static final Logger LOG = Logger.getLogger(FairWriter.class);

    @Override
    public void execute(OwnerId owner, Duration delay, Consumer<Runnable> task) {
        if (!delay.isZero()) {
            threads.execute(owner, delay, () -> task.accept(() -> {}));
            return;
        }
        try {
            threads.executeInSlices(owner, slices -> task.accept(slices::pause));
        } catch (RejectedExecutionException closed) {
            LOG.debugf("Pods of %s stay as they are, since the operator stops", owner.name());
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
