package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.core.model.Samples;
import dev.mayfly.runtime.support.KnownReplica.State;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One replica's containers on an engine of which little can be relied on, and what is known of them. Each move is a number:
 * what it means depends on where things are, so that any list of numbers is a history.
 */
final class UnreliableEngine {
    private final List<Container> containers = new ArrayList<>();
    /** Facts that were not delivered yet. */
    private final List<Fact> underWay = new ArrayList<>();
    /** Calls that are to be made or answered. */
    private final List<Runnable> calls = new ArrayList<>();

    private final List<String> history = new ArrayList<>();
    private KnownReplica known = KnownReplica.nothing(id(0, 1));
    private boolean answers;
    private int time;
    private int made;

    /** @see #move */
    private static final class Container {
        final String name;
        final Instant created;
        Optional<Instant> started = Optional.empty();
        Instant ended;
        boolean runs;
        boolean renamed;
        boolean unstartable;

        Container(String name, Instant created) {
            this.name = name;
            this.created = created;
        }
    }

    KnownReplica known() {
        return known;
    }

    /** How other clients changed the running container. */
    Optional<Kind> changed() {
        return tracked().filter(there -> there.runs).flatMap(UnreliableEngine::changed);
    }

    private static Optional<Kind> changed(Container there) {
        return there.ended != null
                ? Optional.of(Kind.RESTARTED)
                : Optional.of(Kind.RENAMED).filter(kind -> there.renamed);
    }

    /** The replica's state on the engine. A replica without a container keeps its known final state. */
    State actual() {
        return tracked()
                .map(there -> there.runs ? State.RUNNING : over(there) ? State.ENDED : State.CREATED)
                .orElse(known.state() == State.LOST || known.state() == State.FAILED ? known.state() : State.NONE);
    }

    private static boolean over(Container there) {
        return there.started.isPresent() || there.unstartable;
    }

    Optional<String> container() {
        return tracked().map(there -> there.name);
    }

    void move(int number) {
        time++;
        var choice = number / 16;
        switch (number % 16) {
            case 0, 1 -> apply(new Fact.LaunchAccepted(launch(choice % 3 == 0), now()));
            case 2 -> apply(new Fact.RemovalAccepted(removal(choice), now()));
            case 3, 4, 5 -> call(choice, choice % 4 > 0);
            case 6, 7 -> deliver(choice, false);
            case 8 -> deliver(choice, true);
            case 9 -> lose(choice);
            case 10 -> underWay.addAll(list());
            case 11 -> known.container().ifPresent(container -> underWay.addAll(inspect(container)));
            case 12 -> tracked().ifPresent(this::end);
            case 13 -> tracked().ifPresent(this::start);
            case 14 -> user(choice);
            default -> apply(choice % 2 == 0 ? new Fact.Synced() : new Fact.Reconnected());
        }
    }

    /** Actions of a user with the engine's own tools. */
    private void user(int choice) {
        switch (choice % 4) {
            case 0 -> tracked().ifPresent(this::remove);
            case 1 -> ours().ifPresent(there -> there.renamed = true);
            case 2 ->
                containers.stream()
                        .filter(there -> there.renamed && ours().isEmpty())
                        .findFirst()
                        .ifPresent(there -> there.renamed = false);
            default -> {
                if (ours().isEmpty()) {
                    start(make()); // a copy, labels and all
                }
            }
        }
    }

    /** From now on the engine changes nothing and answers, and everything is inspected repeatedly. */
    void settle() {
        while (!underWay.isEmpty()) {
            deliver(time++, false);
        }
        answers = true;
        for (var round = 0; round < 12; round++) {
            time++;
            while (!calls.isEmpty()) {
                calls.removeFirst().run();
            }
            var believed = known.container();
            var unanswered = known.launching() == KnownReplica.Launching.UNANSWERED;
            list().forEach(this::apply);
            believed.ifPresent(container -> inspect(container).forEach(this::apply));
            if (unanswered && known.launching() == KnownReplica.Launching.UNANSWERED) {
                apply(ours().map(this::inspected).orElseGet(Fact.NotCreated::new));
            }
            apply(new Fact.Synced());
        }
    }

    private void apply(Fact fact) {
        var before = known.state();
        var step = ReplicaLife.next(known, fact);
        known = step.known();
        history.add(described(fact) + ": " + known.state());
        if (before != known.state()) {
            LifeTable.ARROWS.stream()
                    .filter(arrow -> arrow.from() == before && arrow.to() == known.state())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("No arrow from " + before + " to " + known.state()));
        }
        step.actions().forEach(this::carryOut);
    }

    private static String described(Fact fact) {
        var what = fact.getClass().getSimpleName();
        var seen = fact instanceof Fact.Seen sight ? " " + sight.replica().phase() : "";
        return fact instanceof Fact.OfContainer of ? what + " " + of.container() + seen : what;
    }

    private void carryOut(Action action) {
        switch (action) {
            case Action.Launch launch -> calls.add(() -> apply(new Fact.LaunchBegun(launch(false))));
            case Action.Proceed proceed ->
                calls.add(known.container().isPresent() ? this::startAsked : this::makeAsked);
            case Action.Inspect inspect ->
                calls.add(() -> inspect(inspect.container()).forEach(this::apply));
            case Action.Stop stop -> calls.add(() -> stop(stop.container()));
            case Action.Delete delete -> calls.add(() -> delete(delete.container()));
            case Action.DeleteLater later -> calls.add(() -> apply(new Fact.DeletionDue(later.container())));
            case Action.Discard discard -> calls.add(() -> apply(new Fact.Gone(discard.container(), List.of(), now())));
            case Action.Probe probe -> {}
            case Action.Report report -> {}
            case Action.Remember remember -> {}
            case Action.Correct correct -> {}
        }
    }

    /** One of the calls that wait for the engine is made. */
    private void call(int choice, boolean answered) {
        if (!calls.isEmpty()) {
            answers = answered;
            calls.remove(choice % calls.size()).run();
        }
    }

    private void makeAsked() {
        var before = ours();
        if (before.filter(there -> !there.runs && over(there)).isPresent()) {
            apply(new Fact.Refused(new Failure("CreateContainerError", "name taken"), false, Optional.empty(), now()));
            return;
        }
        var there = before.orElseGet(this::make);
        apply(answers ? new Fact.Created(there.name, Stopping.DEFAULT) : new Fact.Unanswered());
    }

    private void startAsked() {
        var container = known.container().flatMap(this::find);
        if (!answers) {
            container.ifPresent(this::start);
            apply(new Fact.Unanswered());
        } else if (time % 5 == 0) {
            answer(new Fact.Waits(false, "image", now()));
        } else if (container.isEmpty() || time % 7 == 0) {
            container.ifPresent(there -> there.unstartable = true);
            apply(new Fact.Refused(new Failure("RunContainerError", "no"), false, Optional.empty(), now()));
        } else {
            start(container.get());
            time++;
            answer(new Fact.Started(false, now()));
        }
    }

    /** At once or later: events and other requests may come first. */
    private void answer(Fact fact) {
        if (time % 2 == 0) {
            apply(fact);
        } else {
            calls.add(() -> apply(fact));
        }
    }

    private void stop(String container) {
        var there = find(container).filter(one -> one.runs);
        if (there.isEmpty()) {
            apply(new Fact.NotRunning(container));
        } else if (time % 2 == 0) {
            end(there.get());
            calls.add(() -> apply(new Fact.GraceOver(container)));
        } else {
            apply(new Fact.GraceOver(container));
        }
    }

    private void delete(String container) {
        find(container).filter(there -> answers || time % 2 == 0).ifPresent(this::remove);
        apply(answers ? new Fact.Gone(Optional.of(container), List.of(), now()) : new Fact.NotDeleted(container));
    }

    private Container make() {
        containers.add(new Container("c" + made++, now()));
        return containers.getLast();
    }

    private void start(Container there) {
        if (!there.runs) {
            time++;
            there.runs = true;
            there.started = Optional.of(now());
            underWay.add(new Fact.StartReported(there.name));
        }
    }

    private void end(Container there) {
        if (there.runs) {
            time++;
            there.runs = false;
            there.ended = now();
            underWay.add(new Fact.Died(there.name, Signals.KILL, now()));
            if (time % 3 == 0) {
                underWay.add(new Fact.OutOfMemory(there.name));
            }
            underWay.addAll(inspect(there.name));
        }
    }

    private void remove(Container there) {
        end(there);
        containers.remove(there);
        underWay.add(new Fact.Absent(there.name, now()));
    }

    /** Delivers a fact. @param again true: and once more, later */
    private void deliver(int choice, boolean again) {
        if (!underWay.isEmpty()) {
            var which = choice % underWay.size();
            var fact = underWay.get(which);
            if (!again) {
                underWay.remove(which);
            }
            apply(fact);
        }
    }

    private void lose(int choice) {
        if (!underWay.isEmpty()) {
            underWay.remove(choice % underWay.size());
        }
    }

    /** Everything that is ours: a line that says that it runs under its name, else an inspection. */
    private List<Fact> list() {
        return containers.stream()
                .filter(this::isOurs)
                .flatMap(
                        there -> there.runs && !there.renamed ? Stream.of(listed(there)) : inspect(there.name).stream())
                .toList();
    }

    private List<Fact> inspect(String container) {
        var there = find(container);
        if (there.isEmpty()) {
            return List.of(new Fact.Absent(container, now()));
        }
        var changed = there.filter(one -> one.runs).flatMap(UnreliableEngine::changed);
        return isOurs(there.get())
                ? List.of(inspected(there.get()), new Fact.ChangedOutside(container, changed, now()))
                : List.of();
    }

    /** One that was renamed is ours as long as it is known. */
    private boolean isOurs(Container there) {
        return !there.renamed || known.container().equals(Optional.of(there.name));
    }

    private Fact listed(Container there) {
        var guess = replica(there).withStartedAt(Optional.of(there.created)).withSince(there.created);
        return new Fact.Listed(there.name, guess, Stopping.DEFAULT, now());
    }

    private Fact inspected(Container there) {
        return new Fact.Inspected(there.name, replica(there), Stopping.DEFAULT, List.of(), now());
    }

    private Replica replica(Container there) {
        var made = launch(false).pending(there.created).in(Phase.CREATED, there.created);
        if (there.started.isEmpty()) {
            return there.unstartable
                    ? made.failed(Phase.ENDED, there.created, new Failure("RunContainerError", "no"))
                    : made;
        }
        var running = made.in(Phase.RUNNING, there.started.get());
        return there.runs ? running : running.failed(Phase.ENDED, there.ended, new Failure("Error", "It ended."));
    }

    /** The known container, under any name; otherwise the one that has the name. */
    private Optional<Container> tracked() {
        return known.container().flatMap(this::find).or(this::ours);
    }

    private Optional<Container> ours() {
        return containers.stream().filter(there -> !there.renamed).findFirst();
    }

    private Optional<Container> find(String container) {
        return containers.stream().filter(there -> there.name.equals(container)).findFirst();
    }

    private static Launch launch(boolean heals) {
        var priority = heals ? Priority.HEAL : Priority.SCALE;
        return new Launch(id(0, 1), "v1", Samples.template("v1"), 0, 0, NOON, priority);
    }

    private static Removal removal(int choice) {
        var replaced = choice % 4 == 1 ? Cause.POD_DELETED : Cause.RECREATE;
        var cause = choice % 2 == 0 ? Cause.SCALE_DOWN : replaced;
        return new Removal(id(0, 1), Duration.ofSeconds(choice % 3), cause);
    }

    private Instant now() {
        return NOON.plusSeconds(time);
    }

    @Override
    public String toString() {
        return String.join("\n", history);
    }
}
