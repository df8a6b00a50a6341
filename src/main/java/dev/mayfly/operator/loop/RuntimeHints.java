package dev.mayfly.operator.loop;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.runtime.Runtimes;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Wakes a resource as soon as the runtime reports a change of its replicas. */
@ApplicationScoped
class RuntimeHints {
    private final Runtimes runtimes;
    private final ResourceCaches resources;

    RuntimeHints(Runtimes runtimes, ResourceCaches resources) {
        this.runtimes = runtimes;
        this.resources = resources;
    }

    void start(@Observes StartupEvent started) {
        runtimes.all().forEach(runtime -> runtime.watch(this::changed));
    }

    private void changed(OwnerId owner) {
        if (owner.equals(OwnerId.EVERY)) {
            resources.wakeAll();
        } else {
            resources.wake(owner);
        }
    }
}
