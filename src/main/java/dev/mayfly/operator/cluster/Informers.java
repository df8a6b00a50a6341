package dev.mayfly.operator.cluster;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Informers that are started together, and stopped together. */
public final class Informers implements AutoCloseable {
    private final List<SharedIndexInformer<?>> started = new CopyOnWriteArrayList<>();

    /**
     * Returns when all was read. A watch that has begun goes on after any failure.
     *
     * @throws RuntimeException if it can't be read; then all are stopped
     */
    public <T> SharedIndexInformer<T> start(SharedIndexInformer<T> informer, ResourceEventHandler<T> handler) {
        started.add(informer);
        try {
            return informer.addEventHandler(handler)
                    .exceptionHandler((isStarted, failure) -> isStarted)
                    .run();
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    @Override
    public void close() {
        started.forEach(SharedIndexInformer::stop);
        started.clear();
    }
}
