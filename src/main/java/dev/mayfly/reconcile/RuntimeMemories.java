package dev.mayfly.reconcile;

import dev.mayfly.model.OwnerId;
import dev.mayfly.model.OwnerState;
import dev.mayfly.runtime.Endings;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.WriteAudit;
import jakarta.enterprise.context.ApplicationScoped;

/** What the runtimes remember of an owner: writes, ends of replicas, credentials. */
@ApplicationScoped
class RuntimeMemories implements OwnerState {
    private final Runtimes runtimes;

    RuntimeMemories(Runtimes runtimes) {
        this.runtimes = runtimes;
    }

    @Override
    public void forget(OwnerId owner) {
        runtimes.with(WriteAudit.class).forEach(audit -> audit.forget(owner));
        runtimes.with(Endings.class).forEach(endings -> endings.forgetEndings(owner));
        runtimes.with(ImageEngine.class).forEach(engine -> engine.pulls().forget(owner));
    }
}
