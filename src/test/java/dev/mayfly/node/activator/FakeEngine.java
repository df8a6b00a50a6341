package dev.mayfly.node.activator;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Removal;
import dev.mayfly.runtime.ContainerAccess;
import dev.mayfly.runtime.ContainerRuntime;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A runtime whose connections are those of the fake cluster. */
record FakeEngine(FakeCluster cluster) implements ContainerRuntime {
    @Override
    public Optional<ContainerAccess> access() {
        return Optional.of(cluster);
    }

    @Override
    public Optional<ClientConnections> clientConnections() {
        return Optional.of(cluster);
    }

    @Override
    public Observed observe(OwnerId owner, Instant now) {
        return Observed.none(owner, now);
    }

    @Override
    public Set<OwnerId> owners() {
        return Set.of();
    }

    @Override
    public void launch(Launch launch) {}

    @Override
    public void remove(Removal removal) {}

    @Override
    public AutoCloseable watch(Consumer<OwnerId> changed) {
        return () -> {};
    }
}
