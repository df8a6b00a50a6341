package dev.mayfly.podspec;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.function.UnaryOperator;

/**
 * An informer's memory of objects that tenants write, which holds of each what is needed, whatever its size. The informer reads them a few
 * at a time ({@link #PAGE}).
 */
public final class TrimmedStore<T extends HasMetadata> extends BasicItemStore<T> {
    /** Objects of a list that are read at once. One takes some 25 MB meanwhile, estimated for a Service of 9,000 ports. */
    public static final long PAGE = 3;

    private final UnaryOperator<T> trim;

    /** @param trim returns what is held of the object, with its namespace, name, UID and version */
    public TrimmedStore(UnaryOperator<T> trim) {
        super(Cache::metaNamespaceKeyFunc);
        this.trim = trim;
    }

    @Override
    public T put(String key, T object) {
        return super.put(key, trim.apply(object));
    }

    @Override
    public boolean isFullState() {
        return false;
    }
}
