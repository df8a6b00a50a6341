package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.model.AuditReport;
import dev.mayfly.model.Desired;
import dev.mayfly.plan.Plan;
import dev.mayfly.plan.Planner;
import dev.mayfly.runtime.Capacity;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Images;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.WriteAudit;
import dev.mayfly.status.SlotRanges;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;

/** Observes, decides, acts. All of it works on memory, so a turn lasts milliseconds. */
@ApplicationScoped
class Turns {
    private final Runtimes runtimes;
    private final Admission admission;
    private final WriteNews news;
    private final Ledgers ledgers;
    private final int window;
    private final InstantSource clock = InstantSource.system();

    Turns(Runtimes runtimes, Admission admission, WriteNews news, Ledgers ledgers, MayflyConfig config) {
        this.ledgers = ledgers;
        this.news = news;
        this.runtimes = runtimes;
        this.admission = admission;
        this.window = config.engine().launchWindow();
    }

    /** One at a time: between looking at the engine's room and asking for some of it nobody else may ask. */
    synchronized Turn take(EphemeralWorkload workload, Desired asked, String runtimeName) {
        var wanted = remembering(workload.getStatus(), asked);
        var runtime = runtimes.of(runtimeName);
        if (runtime instanceof WriteAudit audit) {
            audit.audit(wanted.owner(), wanted.audit());
        }
        var observed = runtime.observe(wanted.owner(), clock.instant());
        var admitted = runtime instanceof Capacity capacity
                ? admission.admit(wanted, observed, capacity)
                : Admission.Admitted.all(wanted);
        var plan = Planner.plan(admitted.desired(), observed, window);
        apply(plan, runtime);
        news.followed(admitted.desired(), observed, plan);
        var image = runtime instanceof Images images
                ? images.facts(wanted.template().image())
                : Optional.<Images.ImageFacts>empty();
        var report = runtime instanceof WriteAudit audit ? audit.report(wanted.owner()) : AuditReport.NONE;
        var desired = admitted.desired().givingUp(plan.givingUp());
        var turn = new Turn(runtimeName, desired, observed, plan, admitted.shortage(), report, image);
        ledgers.note(turn);
        return turn;
    }

    /** With the slots that were given up, which the status alone remembers; for another template they are forgotten. */
    private static Desired remembering(EphemeralWorkloadStatus status, Desired asked) {
        var same = status != null && asked.revision().equals(status.updateRevision());
        return same ? asked.givingUp(SlotRanges.parse(status.givenUpSlots())) : asked;
    }

    static void apply(Plan plan, ContainerRuntime runtime) {
        plan.removals().forEach(runtime::remove);
        plan.launches().forEach(runtime::launch);
    }
}
