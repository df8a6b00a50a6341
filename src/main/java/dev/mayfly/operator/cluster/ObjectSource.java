package dev.mayfly.operator.cluster;

import dev.mayfly.core.model.OwnerId;
import io.fabric8.kubernetes.api.model.HasMetadata;

/** Where the states of one object come from. */
interface ObjectSource {

    /** Requests the object's state. Does not wait for it. */
    void start();

    /** True once a request succeeded: the state that was given last is the object's, and without any there is no object. */
    boolean known();

    /** Does not wait for a request that is under way: its answer may still arrive, once. */
    void close();

    /**
     * Makes the source of an object's states.
     *
     * @param <K> key of an object
     */
    @FunctionalInterface
    interface Factory<K, T extends HasMetadata> {
        /** @param user the first that refers to it */
        ObjectSource of(OwnerId user, K key, Receiver<T> receiver);
    }

    /** Receives the states of one object. */
    interface Receiver<T extends HasMetadata> {

        /** The object as it is now. @return false if there is no room to keep it */
        boolean exists(T object);

        /** There is no such object now. */
        void absent();

        /** The state is another one than before. */
        void changed();

        /** The first request is over. */
        void answered();

        /** A request failed; the state that was given last stays. */
        void failed(String reason);
    }
}
