package dev.mayfly.node.registration;

/** A Node of the wanted name is not this installation's. The message says what to do. */
final class ForeignNode extends Exception {
    private static final long serialVersionUID = 1L;

    ForeignNode(String name) {
        super("Node " + name
                + " was not made by this installation, so it is left alone and no replica is shown as a Pod."
                + " Set mayfly.node.registered-name to a name that no node has.");
    }
}
