package dev.mayfly.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;

/** Watches one object by its name, which needs the right to list and watch its kind. */
final class ObjectWatch<T extends HasMetadata> implements ObjectSource {
    private final Resource<? extends T> resource;
    private final Receiver<T> receiver;
    /** Null until it is started. */
    private volatile SharedIndexInformer<? extends T> informer;
    /** Guarded by this object. */
    private boolean closed;

    ObjectWatch(Resource<? extends T> resource, Receiver<T> receiver) {
        this.resource = resource;
        this.receiver = receiver;
    }

    @Override
    public void start() {
        start(informer(resource));
    }

    private synchronized void start(SharedIndexInformer<? extends T> ready) {
        if (!closed) {
            informer = ready;
            ready.start().whenComplete((started, failure) -> receiver.answered());
        }
    }

    @Override
    public boolean known() {
        var running = informer;
        return running != null && running.hasSynced();
    }

    @Override
    public void close() {
        var running = end();
        if (running != null) { // not under the lock, which its thread takes below locks of its own
            running.close();
        }
    }

    private synchronized SharedIndexInformer<? extends T> end() {
        closed = true;
        return informer;
    }

    private <O extends T> SharedIndexInformer<O> informer(Resource<O> named) {
        return named.runnableInformer(0)
                .itemStore(new Store<O>())
                .addEventHandler(new ResourceEventHandler<O>() {
                    @Override
                    public void onAdd(O object) {
                        receiver.changed();
                    }

                    @Override
                    public void onUpdate(O before, O now) {
                        receiver.changed();
                    }

                    @Override
                    public void onDelete(O object, boolean finalStateUnknown) {
                        receiver.changed();
                    }
                })
                .exceptionHandler((started, failure) -> {
                    receiver.failed(String.valueOf(failure.getMessage()));
                    return true; // retry
                });
    }

    /** Keeps the object where there is room for it. */
    private final class Store<O extends T> extends BasicItemStore<O> {
        Store() {
            super(Cache::metaNamespaceKeyFunc);
        }

        @Override
        public O put(String key, O object) {
            return receiver.exists(object) ? super.put(key, object) : super.remove(key);
        }

        @Override
        public O remove(String key) {
            receiver.absent();
            return super.remove(key);
        }
    }
}
