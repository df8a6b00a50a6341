package dev.mayfly.node;

/** The mirror Pods of this operator's virtual node. Started once, closed once. */
public interface MirrorPods extends PodDirectory, AutoCloseable {

    /**
     * Shows the replicas from now on. Does not wait for the API server.
     *
     * @param node name of the Node, which exists
     * @param hostAddress IP address of the Node
     */
    void start(String node, String hostAddress);

    /** Shows nothing more; the Pods stay. Does nothing if it was never started. */
    @Override
    void close();
}
