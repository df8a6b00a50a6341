package dev.mayfly.operator.cluster;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Runtimes;
import jakarta.enterprise.context.ApplicationScoped;

/** State that the runtimes keep per owner: writes, terminations of replicas, credentials. */
@ApplicationScoped
class RuntimeMemories implements OwnerState {
    private final Runtimes runtimes;

    RuntimeMemories(Runtimes runtimes) {
        this.runtimes = runtimes;
    }

    @Override
    public void forget(OwnerId owner) {
        runtimes.with(ContainerRuntime::writeAudit).forEach(audit -> audit.forget(owner));
        runtimes.with(ContainerRuntime::terminations).forEach(terminations -> terminations.forgetTerminations(owner));
        runtimes.with(ContainerRuntime::imageEngine)
                .forEach(engine -> engine.pulls().forget(owner));
    }
}
