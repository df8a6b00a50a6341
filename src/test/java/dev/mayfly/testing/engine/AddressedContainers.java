package dev.mayfly.testing.engine;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.ContainerAccess;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Containers that have an ID and an address. They are asked for nothing else. */
public interface AddressedContainers extends ContainerAccess {
    @Override
    default void logs(ReplicaId replica, LogRequest request, OutputStream to) {
        throw new UnsupportedOperationException();
    }

    @Override
    default ContainerProcess exec(ReplicaId replica, ExecRequest request, CompletableFuture<Void> left) {
        throw new UnsupportedOperationException();
    }

    @Override
    default ContainerProcess attach(ReplicaId replica, AttachRequest request, CompletableFuture<Void> left) {
        throw new UnsupportedOperationException();
    }

    @Override
    default Optional<Usage> usage(ReplicaId replica) {
        throw new UnsupportedOperationException();
    }

    @Override
    default EngineDescription info() {
        throw new UnsupportedOperationException();
    }
}
