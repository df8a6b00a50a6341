package dev.mayfly.node.mirror;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;

/** The Pods of our node as the API server has them. Calls block; any other exception means that it did not answer. */
interface PodStore {

    /** Told of Pods on our node. Must not block. */
    interface Listener {
        /** A Pod is there or has changed. */
        void seen(Pod pod);

        /** A Pod is gone. @param certain false: nothing is known of how it went */
        void gone(Pod last, boolean certain);
    }

    /** Tells the listener of the node's Pods from now on, until {@link #close}. @return those that are there now */
    List<Pod> watch(String node, Listener listener);

    /**
     * Creates the Pod.
     *
     * @return as the API server made it, its status included
     * @throws Refused if the API server or an admission webhook won't have it
     * @throws NameTaken if a Pod of that name exists
     */
    Pod create(Pod pod);

    /**
     * Writes the status of the Pod with that UID.
     *
     * @throws Gone if it does not exist any more
     * @throws Refused if the API server won't have that status
     */
    Pod writeStatus(Pod pod, PodStatus status);

    /** Deletes the Pod with that UID for good; nothing happens if it is gone. */
    void delete(Pod pod);

    /** True if a Service of its namespace selects the Pod. From memory. */
    boolean isSelected(Pod pod);

    /** Ends the watches. */
    void close();

    /** A Pod of that name exists. */
    final class NameTaken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The Pod is gone. */
    final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The API server or an admission webhook refuses a Pod; the message is for users. */
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}
