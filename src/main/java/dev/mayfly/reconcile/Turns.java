package dev.mayfly.reconcile;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.model.AuditReport;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Ending;
import dev.mayfly.model.Removal;
import dev.mayfly.plan.Plan;
import dev.mayfly.plan.Planner;
import dev.mayfly.runtime.Capacity;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Endings;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.WriteAudit;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;

/** Observes, decides, acts. All of it works on memory, so a turn lasts milliseconds. */
@ApplicationScoped
class Turns {
    private final Runtimes runtimes;
    private final Admission admission;
    private final WriteNews news;
    private final Ledgers ledgers;
    private final Compliances compliances;
    private final Arrivals arrivals;
    private final int window;
    private final InstantSource clock = InstantSource.system();

    Turns(
            Runtimes runtimes,
            Admission admission,
            WriteNews news,
            Ledgers ledgers,
            Compliances compliances,
            Arrivals arrivals,
            MayflyConfig config) {
        this.ledgers = ledgers;
        this.compliances = compliances;
        this.arrivals = arrivals;
        this.news = news;
        this.runtimes = runtimes;
        this.admission = admission;
        this.window = config.engine().launchWindow();
    }

    /**
     * One at a time: between looking at the engine's room and asking for some of it nobody else may ask.
     *
     * @param particulars what is the kind's own
     */
    synchronized Turn take(Desired remembered, String runtimeName, Particulars particulars) {
        var runtime = runtimes.of(runtimeName);
        if (runtime instanceof WriteAudit audit) {
            audit.audit(remembered.owner(), remembered.audit());
        }
        var observed = runtime.observe(remembered.owner(), clock.instant());
        var wanted = particulars.prepare(runtime, remembered, observed);
        var admitted = runtime instanceof Capacity capacity
                ? admission.admit(wanted, observed, capacity)
                : Admission.Admitted.all(wanted);
        var image = ImagePins.running(runtime, wanted.template());
        var judgement = compliances.judge(runtime, admitted.desired(), observed, image);
        var arrival = arrivals.of(runtime, admitted.desired(), observed);
        var plan = Planner.plan(arrival.holding(judgement.holding(admitted.desired(), observed)), observed, window);
        var endings = runtime instanceof Endings ends ? ends.endings(wanted.owner()) : List.<Ending>of();
        apply(plan, runtime, removal -> !particulars.holds(removal, endings, observed));
        news.followed(admitted.desired(), observed, plan);
        var report = runtime instanceof WriteAudit audit ? audit.report(wanted.owner()) : AuditReport.NONE;
        var desired = admitted.desired().abandoning(plan.abandoning());
        var turn = new Turn(
                runtimeName,
                desired,
                observed,
                plan,
                admitted.shortage()
                        .or(() -> judgement.trouble(desired, observed))
                        .or(arrival::failure),
                report,
                image,
                ImagePins.pull(runtime, wanted.template()),
                judgement.compliance(),
                endings);
        ledgers.note(desired, observed, plan, image);
        return turn;
    }

    /** False where there is no runtime of that name, so that nothing of it can be seen. */
    boolean canTake(String runtimeName) {
        return runtimes.find(runtimeName).isPresent();
    }

    static void apply(Plan plan, ContainerRuntime runtime) {
        apply(plan, runtime, removal -> true);
    }

    private static void apply(Plan plan, ContainerRuntime runtime, Predicate<Removal> due) {
        plan.removals().stream().filter(due).forEach(runtime::remove);
        plan.launches().forEach(runtime::launch);
    }
}
