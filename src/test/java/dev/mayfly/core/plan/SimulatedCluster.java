package dev.mayfly.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.plan.Planner.Plan;
import dev.mayfly.core.status.BusyWait;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Simulates an engine, a user, an operator and another owner of containers. Checks the invariants at every step. */
final class SimulatedCluster {
    static final int WINDOW = 4;
    private static final OwnerId STRANGER = new OwnerId("EphemeralWorkload", "default", "web", "uid-stranger");
    private final Map<String, Fault> broken = new HashMap<>();
    private final List<Held> held = new ArrayList<>();
    private final Set<ReplicaId> making = new HashSet<>();
    private final Set<String> hanging = new HashSet<>();
    private final SimulatedRuntime engine;
    private final Wish spec;
    private final Memory memory = new Memory();
    private Observed stranger;
    private int applied;
    private boolean orderly = true;
    private int mostAllowed;
    private int mostWarm;

    /** A plan with the states it was made for and the number of plans applied before it. */
    record Held(Plan plan, Desired desired, Observed observed, int applied) {}

    SimulatedCluster(long seed, Wish spec) {
        this.spec = spec;
        engine = new SimulatedRuntime(seed, Samples.NOON, Requests.NONE);
        for (var slot = 0; slot < 2; slot++) {
            var id = new ReplicaId(STRANGER, slot, 1);
            engine.launch(new Launch(id, "v1", Samples.template("v1"), 0, 0, engine.now(), Priority.SCALE));
        }
        engine.advance(Duration.ofSeconds(5));
        stranger = engine.observe(STRANGER, Samples.NOON);
        engine.faults(launch -> Optional.ofNullable(broken.get(launch.revision())));
    }

    SimulatedRuntime engine() {
        return engine;
    }

    Wish spec() {
        return spec;
    }

    Observed observed() {
        return engine.observe(Samples.WEB, engine.now());
    }

    Held plan() {
        var desired = desired();
        var plan = Planner.plan(desired, observed(), WINDOW);
        assertThat(Planner.plan(desired, observed(), WINDOW)).isEqualTo(plan);
        assertThat(plan.launches()).allMatch(launch -> launch.id().owner().equals(Samples.WEB));
        assertThat(plan.removals()).allMatch(removal -> removal.id().owner().equals(Samples.WEB));
        Safety.check(desired, observed(), plan, WINDOW);
        return new Held(plan, desired, observed(), applied);
    }

    Memory memory() {
        return memory;
    }

    /** The desired state to plan for. */
    Desired desired() {
        var remembered = memory.desired(spec.desired(), engine.now());
        var surplus = ScaleDown.pendingScaleDown(remembered, observed(), BusyWait.pendingScaleDown(memory.status()));
        return remembered.withScaleDown(
                scaleDown -> scaleDown.withSurplusSince(surplus.map(ScaleDown.PendingScaleDown::since)));
    }

    void apply(Held late) {
        var inTime = late.applied() == applied;
        orderly &= inTime;
        var asked = late.desired()
                .scaleDown()
                .surplusSince()
                .flatMap(since -> late.desired().scaleDown().busyProbe());
        engine.busyWatch().orElseThrow().watchBusy(Samples.WEB, asked);
        late.plan().removals().forEach(engine::remove);
        late.plan().launches().forEach(this::launch);
        late.plan().holds().forEach(engine.holding().orElseThrow()::hold);
        late.plan().resumes().forEach(engine.holding().orElseThrow()::resume);
        applied++;
        mostWarm = Math.max(mostWarm, late.desired().warm().most());
        if (inTime) {
            memory.report(spec.generation(), late.desired(), late.observed(), late.plan());
        }
        var allowed = Safety.mostRunning(late.desired(), late.observed());
        mostAllowed = Math.max(mostAllowed, allowed);
        if (orderly && Safety.starting(late.plan()) > 0) {
            assertThat(running()).isLessThanOrEqualTo(allowed);
        }
        check();
    }

    /** The operator reconciles, and the engine does not answer. */
    void silence() {
        memory.unreachable(spec.generation(), engine.now());
        check();
    }

    void applyTwice(Held plan) {
        apply(plan);
        var once = observed();
        plan.plan().removals().forEach(engine::remove);
        plan.plan().launches().forEach(engine::launch);
        plan.plan().holds().forEach(engine.holding().orElseThrow()::hold);
        plan.plan().resumes().forEach(engine.holding().orElseThrow()::resume);
        assertThat(observed()).isEqualTo(once);
    }

    void hold() {
        held.add(plan());
    }

    void applyHeld(int which) {
        if (!held.isEmpty()) {
            apply(held.remove(which % held.size()));
        }
    }

    void pass(int millis) {
        engine.advance(Duration.ofMillis(millis));
        memory.readBack();
        check();
    }

    /** Lets the operator reconcile for that long. */
    void work(Duration time) {
        for (var passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plusSeconds(1)) {
            apply(plan());
            pass(1000);
        }
    }

    /** As {@link #work}; meanwhile every status has that reason of {@code Progressing}. */
    void onlyReports(String progress, Duration time) {
        for (var passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plusMillis(100)) {
            apply(plan());
            assertThat(memory.progress()).as("after %s", passed).isEqualTo(progress);
            pass(100);
        }
    }

    /** As {@link #work}; returns the smallest number of ready replicas meanwhile. */
    int fewestReadyDuring(Duration time) {
        var fewest = observed().ready();
        for (var passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plusMillis(100)) {
            apply(plan());
            pass(100);
            fewest = Math.min(fewest, observed().ready());
        }
        return fewest;
    }

    Optional<Replica> pick(int which) {
        var replicas = observed().all().toList();
        return replicas.isEmpty() ? Optional.empty() : Optional.of(replicas.get(which % replicas.size()));
    }

    void scale(int replicas) {
        spec.replicas = replicas;
    }

    void newTemplate(boolean remembered) {
        spec.newTemplate(remembered);
    }

    void refuse(Wish.Refused how) {
        spec.refuse(how);
    }

    void pause(boolean paused) {
        spec.paused = paused;
    }

    void room(int fits) {
        spec.fits = fits;
    }

    /**
     * @param how 0: not at all; 1: the container can be created but not started; 2: it can't be created; 3: it runs
     *     and never gets ready
     */
    void breaking(int how) {
        broken.remove(spec.revision());
        if (how == 3) {
            spec.hangs = true;
            hanging.add(spec.revision());
        }
        if (how == 1 || how == 2) {
            broken.put(spec.revision(), new Fault(how == 1, new Failure("ErrImagePull", "no such image")));
        }
    }

    /** The replica wrote outside of volumes or exceeded a size limit. */
    void write(Replica replica, boolean tooMuch) {
        engine.write(
                replica.id(),
                new Writes(!tooMuch, tooMuch ? Optional.of(new Failure("Evicted", "too much")) : Optional.empty()));
    }

    void deletePod(Replica replica) {
        engine.remove(new Removal(replica.id(), Duration.ofSeconds(1), Cause.POD_DELETED));
    }

    void engineRestart() {
        engine.restart();
        stranger = engine.observe(STRANGER, Samples.NOON);
    }

    /** @param forgetsEarlier true: the templates of earlier revisions are lost */
    void crash(boolean forgetsEarlier) {
        held.clear();
        if (forgetsEarlier) {
            spec.forgetEarlier();
        }
        memory.forget();
        engine.forget();
    }

    /** Ends all faults. */
    void endFaults() {
        held.clear();
        broken.clear();
        observed().all().filter(replica -> !hangs(replica)).forEach(replica -> engine.ready(replica.id(), true));
        spec.maxLifetime = Optional.empty();
        spec.paused = false;
        spec.onDemand = 0;
        spec.fits = Integer.MAX_VALUE;
        spec.refuse(Wish.Refused.NOT);
    }

    /** Replicas that ran without getting ready are ready now. */
    void makeReady() {
        spec.hangs = false;
        hanging.clear();
        observed().all().forEach(replica -> engine.ready(replica.id(), true));
    }

    private boolean hangs(Replica replica) {
        return hanging.contains(replica.revision());
    }

    /** Reconciles as the operator does until nothing is left to do. */
    void settle() {
        for (var rounds = 0; rounds < 1000; rounds++) {
            var plan = plan();
            var before = memory.status();
            apply(plan);
            var look = Stream.of(plan.plan().requeueAfter(), memory.requeueAfter(plan.desired(), plan.observed()))
                    .flatMap(Optional::stream)
                    .min(Comparator.naturalOrder());
            var quiet = plan.plan().isEmpty() && look.isEmpty() && !inFlight();
            if (quiet && memory.isReadBack() && memory.status().equals(before)) {
                return;
            }
            memory.readBack();
            engine.advance(inFlight() ? Duration.ofMillis(300) : look.orElse(Duration.ZERO));
        }
        throw new AssertionError("does not settle: " + observed() + ", " + memory.status());
    }

    private boolean inFlight() {
        var observed = observed();
        return Stream.of(Phase.PENDING, Phase.TERMINATING, Phase.REMOVING)
                        .anyMatch(
                                phase -> observed.count(phase) + observed.pool().count(phase) > 0)
                || observed.all()
                        .anyMatch(r -> r.phase() == Phase.RUNNING && r.health().exited()) // about to be described
                || observed.pool().ready() > 0 // about to be held
                || observed.all()
                        .anyMatch(r -> r.phase() == Phase.RUNNING && r.health().gated() && !r.ready() && !hangs(r));
    }

    private void launch(Launch launch) {
        engine.launch(launch);
        if (spec.hangs && launch.template().equals(spec.desired().template())) {
            hanging.add(launch.revision()); // also a replica whose own template is forgotten
        }
        if (launch.priority() == Priority.MAKE) {
            making.add(launch.id());
        } else {
            making.remove(launch.id());
        }
    }

    /** Without replicas that are only being created. */
    private long running() {
        return Safety.running(observed())
                - making.stream()
                        .flatMap(id -> observed().find(id).stream())
                        .filter(replica -> replica.phase() == Phase.PENDING)
                        .count();
    }

    private void check() {
        assertThat(engine.observe(STRANGER, Samples.NOON)).isEqualTo(stranger);
        if (orderly) {
            assertThat(running()).isLessThanOrEqualTo(mostAllowed);
            assertThat(running() + alive(observed().pool())).isLessThanOrEqualTo(mostAllowed + mostWarm);
        }
    }

    /** Replicas of the pool whose containers run, are about to, or are frozen. */
    private static int alive(Observed pool) {
        return Safety.running(pool) + pool.count(Phase.HELD);
    }
}
