package dev.mayfly.reconcile;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.model.Desired;
import dev.mayfly.plan.Plan;
import dev.mayfly.plan.Planner;
import dev.mayfly.runtime.Capacity;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Images;
import dev.mayfly.runtime.Runtimes;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;

/** Observes, decides, acts. All of it works on memory, so a turn lasts milliseconds. */
@ApplicationScoped
class Turns {
    private final Runtimes runtimes;
    private final Admission admission;
    private final int window;
    private final InstantSource clock = InstantSource.system();

    Turns(Runtimes runtimes, Admission admission, MayflyConfig config) {
        this.runtimes = runtimes;
        this.admission = admission;
        this.window = config.engine().launchWindow();
    }

    /** One at a time: between looking at the engine's room and asking for some of it nobody else may ask. */
    synchronized Turn take(Desired wanted, String runtimeName) {
        var runtime = runtimes.of(runtimeName);
        var observed = runtime.observe(wanted.owner(), clock.instant());
        var admitted = runtime instanceof Capacity capacity
                ? admission.admit(wanted, observed, capacity)
                : Admission.Admitted.all(wanted);
        var plan = Planner.plan(admitted.desired(), observed, window);
        apply(plan, runtime);
        var image = runtime instanceof Images images
                ? images.facts(wanted.template().image())
                : Optional.<Images.ImageFacts>empty();
        return new Turn(runtimeName, admitted.desired(), observed, plan, admitted.shortage(), image);
    }

    static void apply(Plan plan, ContainerRuntime runtime) {
        plan.removals().forEach(runtime::remove);
        plan.launches().forEach(runtime::launch);
    }
}
