package dev.mayfly.plan;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Launch;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Template;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A plan in the making. Each decision is at once part of what the next one sees. */
final class Draft {
    /** By then the status that was written is read back. */
    private static final Duration UNTIL_REMEMBERED = Duration.ofMillis(500);

    private final Desired desired;
    private final int window;
    private final List<Removal> removals = new ArrayList<>();
    private final List<Launch> launches = new ArrayList<>();
    private final Set<Integer> givingUp = new TreeSet<>();
    private Observed expected;
    private Optional<Instant> nextLook = Optional.empty();

    Draft(Desired desired, Observed observed, int window) {
        this.desired = desired;
        this.window = window;
        this.expected = observed;
    }

    Desired desired() {
        return desired;
    }

    int window() {
        return window;
    }

    Instant now() {
        return expected.now();
    }

    /** What was observed, as if all decisions so far were accepted by the runtime. */
    Observed expected() {
        return expected;
    }

    /** True while replicas of earlier revisions are being replaced. */
    boolean rolling() {
        return !desired.paused() && expected.seats() > expected.seats(desired.revision());
    }

    /** Most replicas that may run, be about to run, or be on their way out when something is started. */
    int limit() {
        return desired.admitted() + (rolling() ? desired.budget().maxSurge() : Recreation.surge(this));
    }

    /** The template of a revision, where it is still known. */
    Optional<Template> template(String revision) {
        return revision.equals(desired.revision())
                ? Optional.of(desired.template())
                : Optional.ofNullable(desired.earlier().get(revision));
    }

    /** Free slots, lowest first, without those that are given up. */
    IntStream freeSlots() {
        return expected.freeSlots().filter(slot -> !desired.givenUp().contains(slot) && !givingUp.contains(slot));
    }

    /** The slot stays as it is for now; see {@link GivenUp}. */
    void giveUp(int slot) {
        givingUp.add(slot);
        lookAgain(now().plus(UNTIL_REMEMBERED));
    }

    boolean givesUp(int slot) {
        return givingUp.contains(slot);
    }

    /** Removes the replica, and the dead that wait below it in its slot: else the next of them would take its seat. */
    void vacate(Replica seat, Removal.Cause cause) {
        expected.attempts(seat.id().slot())
                .filter(attempt -> !attempt.phase().leaving())
                .forEach(attempt -> remove(attempt, cause));
    }

    void remove(Replica replica, Removal.Cause cause) {
        removals.add(new Removal(replica.id(), grace(replica), cause));
        // Also of what only memory knew: the same plan must not launch the id that it removes.
        var next = replica.phase().counts() ? Phase.TERMINATING : Phase.REMOVING;
        expected = expected.with(replica.in(next, now()));
    }

    void launch(Launch launch) {
        launches.add(launch);
        expected = expected.with(launch.pending(now()));
    }

    /** Asks for another plan at {@code instant}, or earlier. */
    void lookAgain(Instant instant) {
        nextLook = nextLook.filter(known -> known.isBefore(instant)).or(() -> Optional.of(instant));
    }

    Plan plan() {
        return new Plan(
                List.copyOf(removals),
                List.copyOf(launches),
                Collections.unmodifiableSet(givingUp),
                nextLook.map(at -> Duration.between(now(), at)));
    }

    private Duration grace(Replica replica) {
        return replica.phase().counts()
                ? template(replica.revision()).orElse(desired.template()).grace()
                : Duration.ZERO;
    }
}
