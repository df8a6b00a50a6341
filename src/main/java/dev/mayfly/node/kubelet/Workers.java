package dev.mayfly.node.kubelet;

import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/** Virtual threads for work that blocks: nothing of it may run on the event loop. */
final class Workers {
    private static final Logger LOG = Logger.getLogger(Workers.class);

    /** Each task gets a thread of its own. */
    static final Executor EXECUTOR = Workers::start;

    private Workers() {}

    /** Starts a thread for the task, whose failure is logged. */
    static Thread start(Runnable task) {
        return Thread.ofVirtual().name("kubelet-work").start(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("a request to the kubelet's API failed unexpectedly", e);
            }
        });
    }
}
