package dev.mayfly.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Launch;
import dev.mayfly.model.Observed;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Priority;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.model.Requests;
import dev.mayfly.model.Samples;
import dev.mayfly.model.Writes;
import dev.mayfly.runtime.simulated.Faults.Fault;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import dev.mayfly.status.Waiting;
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

/** An engine, a user, an operator and a stranger. What must hold at every step is checked at every step. */
final class World {
    static final int WINDOW = 4;
    private static final OwnerId STRANGER = new OwnerId("EphemeralWorkload", "default", "web", "uid-stranger");
    private final Map<String, Fault> broken = new HashMap<>();
    private final List<Held> held = new ArrayList<>();
    private final Set<ReplicaId> making = new HashSet<>();
    private final Set<String> hanging = new HashSet<>();
    private final SimulatedRuntime engine;
    private final Wish wish;
    private final Memory memory = new Memory();
    private Observed stranger;
    private int applied;
    private boolean orderly = true;
    private int mostAllowed;

    /** A plan, what it was made for, and how many were applied before it was made. */
    record Held(Plan plan, Desired desired, Observed observed, int applied) {}

    World(long seed, Wish wish) {
        this.wish = wish;
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

    Wish wish() {
        return wish;
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

    /** What is planned for. */
    Desired desired() {
        var remembered = memory.course(wish.desired(), engine.now());
        var surplus = Surplus.wish(remembered, observed(), Waiting.wish(memory.status()));
        return remembered.withSurplusSince(surplus.map(Surplus.Wish::since));
    }

    void apply(Held late) {
        var inTime = late.applied() == applied;
        orderly &= inTime;
        var asked = late.desired()
                .surplusSince()
                .flatMap(since -> late.desired().scaleDown().busyProbe());
        engine.watchBusy(Samples.WEB, asked);
        late.plan().removals().forEach(engine::remove);
        late.plan().launches().forEach(this::launch);
        applied++;
        if (inTime) {
            memory.report(late.desired(), late.observed(), late.plan());
        }
        var allowed = Safety.mostRunning(late.desired(), late.observed());
        mostAllowed = Math.max(mostAllowed, allowed);
        if (orderly && Safety.starting(late.plan()) > 0) {
            assertThat(running()).isLessThanOrEqualTo(allowed);
        }
        check();
    }

    void applyTwice(Held plan) {
        apply(plan);
        var once = observed();
        plan.plan().removals().forEach(engine::remove);
        plan.plan().launches().forEach(engine::launch);
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

    /** The operator is at work for that long. */
    void work(Duration time) {
        for (var passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plusSeconds(1)) {
            apply(plan());
            pass(1000);
        }
    }

    /** The same, and how few were ready meanwhile. */
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
        wish.replicas = replicas;
    }

    void newTemplate(boolean remembered) {
        wish.newTemplate(remembered);
    }

    void pause(boolean paused) {
        wish.paused = paused;
    }

    void room(int fits) {
        wish.fits = fits;
    }

    /** @param how 0: not; 1: its container can be made, and not started; 2: nor made; 3: it runs and never gets ready */
    void breaking(int how) {
        broken.remove(wish.revision());
        if (how == 3) {
            wish.hangs = true;
            hanging.add(wish.revision());
        }
        if (how == 1 || how == 2) {
            broken.put(wish.revision(), new Fault(how == 1, new Failure("ErrImagePull", "no such image")));
        }
    }

    /** The replica wrote where it may not, or more than it may. */
    void write(Replica replica, boolean tooMuch) {
        engine.write(
                replica.id(),
                new Writes(!tooMuch, tooMuch ? Optional.of(new Failure("Evicted", "too much")) : Optional.empty()));
    }

    void engineRestart() {
        engine.restart();
        stranger = engine.observe(STRANGER, Samples.NOON);
    }

    /** @param forgetsEarlier true: nobody knows the templates of earlier revisions any longer */
    void crash(boolean forgetsEarlier) {
        held.clear();
        if (forgetsEarlier) {
            wish.forgetEarlier();
        }
        memory.forget();
        engine.forget();
    }

    /** From now on nothing goes wrong any longer. */
    void calm() {
        held.clear();
        broken.clear();
        observed().all().filter(replica -> !hangs(replica)).forEach(replica -> engine.ready(replica.id(), true));
        wish.maxLifetime = Optional.empty();
        wish.paused = false;
        wish.fits = Integer.MAX_VALUE;
    }

    /** What ran and served nobody serves now. */
    void serve() {
        wish.hangs = false;
        hanging.clear();
        observed().all().forEach(replica -> engine.ready(replica.id(), true));
    }

    private boolean hangs(Replica replica) {
        return hanging.contains(replica.revision());
    }

    /** Reconciles as the operator does, until nothing is left to do. */
    void settle() {
        for (var rounds = 0; rounds < 1000; rounds++) {
            var plan = plan();
            var before = memory.status();
            apply(plan);
            var look = Stream.of(plan.plan().nextLook(), memory.nextLook(plan.desired(), plan.observed()))
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
        return observed.count(Phase.PENDING) + observed.count(Phase.TERMINATING) + observed.count(Phase.REMOVING) > 0
                || observed.all().anyMatch(r -> r.phase() == Phase.RUNNING && r.gated() && !r.ready() && !hangs(r));
    }

    private void launch(Launch launch) {
        engine.launch(launch);
        if (wish.hangs && launch.template().equals(wish.desired().template())) {
            hanging.add(launch.revision()); // also one whose own template is forgotten
        }
        if (launch.priority() == Priority.MAKE) {
            making.add(launch.id());
        } else {
            making.remove(launch.id());
        }
    }

    /** Without those that are only being made. */
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
        }
    }
}
