package dev.mayfly.node.activator;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Bounds how many ports of the host the Services of a namespace take. Thread-safe. */
final class Listeners {
    private final int most;
    /** Ports by namespace. */
    private final ConcurrentMap<String, Integer> taken = new ConcurrentHashMap<>();

    /** Begins to listen. */
    interface Opening {
        Gate open() throws IOException;
    }

    /** @param most ports of a namespace at once */
    Listeners(int most) {
        this.most = most;
    }

    /**
     * Takes a port until its gate is closed.
     *
     * @throws IOException also if the namespace has as many as it may. The message says what to do.
     */
    Gate open(String namespace, Opening opening) throws IOException {
        if (taken.merge(namespace, 1, Integer::sum) > most) {
            leave(namespace);
            throw new IOException("Services of namespace " + namespace + " that are scaled to zero have " + most
                    + " ports already, as many as a namespace may have: remove spec.scaleToZero here or elsewhere");
        }
        try {
            var gate = opening.open();
            gate.whenClosed(() -> leave(namespace));
            return gate;
        } catch (IOException failed) {
            leave(namespace);
            throw failed;
        }
    }

    private void leave(String namespace) {
        taken.computeIfPresent(namespace, (name, had) -> had == 1 ? null : had - 1);
    }
}
