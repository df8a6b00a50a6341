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
    private final List<Replica> awaited = new ArrayList<>();
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

    /** True where no replica is replaced for its revision. */
    boolean standsStill() {
        return desired.paused() || desired.stalled();
    }

    /** True while replicas are being replaced for their revision. */
    boolean rolling() {
        return !standsStill() && shares().unfinished(expected);
    }

    /** True where the revision is rolled out and others still run. */
    boolean tries(String revision) {
        return revision.equals(desired.revision()) && shares().unfinished(expected);
    }

    Shares shares() {
        return Shares.of(desired, expected);
    }

    /** True where the rollout is about to replace a seat of the revision. */
    boolean replaces(String revision) {
        return !standsStill() && shares().spare(revision, expected);
    }

    /**
     * Most replicas that may run, be about to run, or be on their way out when something is started. Those that are waited for
     * are replicas that the user had and will lose, no surge: they take no place of the others, who must be able to heal.
     */
    int limit() {
        return rolling() || mixed() || failing()
                ? desired.admitted() + awaited.size() + desired.budget().maxSurge()
                : places();
    }

    /** True where the newest revision made no progress while others run, and one is known that was rolled out completely. */
    boolean failing() {
        return desired.stalled()
                && shares().unfinished(expected)
                && !desired.stable().equals(desired.revision())
                && template(desired.stable()).isPresent();
    }

    /** The same without the surge of a rollout. */
    int places() {
        return desired.admitted() + awaited.size() + surge();
    }

    /** True where several revisions share the surge, as in a Deployment also while the rollout stands still. */
    boolean mixed() {
        return expected.revisions().size() > 1 && shares().unfinished(expected);
    }

    /** How many more than N there may be without a rollout. */
    int surge() {
        return Math.max(Recreation.surge(this), Lifetime.surge(this));
    }

    /** True where the partition would miss a seat of the revision, if those that are waited for went as well. */
    boolean holds(String revision) {
        var going = awaited.stream().filter(r -> r.revision().equals(revision)).count();
        return shares().holds(revision, expected.seats(revision) - (int) going);
    }

    /** The replica is too many, and busy: it stays for now. */
    void await(Replica busy, Instant until) {
        awaited.add(busy);
        lookAgain(until);
    }

    /** Those that stay for now although they are too many. */
    List<Replica> awaited() {
        return awaited;
    }

    /** What a seat of the revision is healed with; empty where its template is forgotten, or it failed and is not tried again. */
    Optional<Template> template(String revision) {
        return failed(revision) ? Optional.empty() : known(revision);
    }

    /** True where it was rolled back. */
    boolean failed(String revision) {
        return desired.rolledBack().filter(revision::equals).isPresent();
    }

    private Optional<Template> known(String revision) {
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
        awaitMemory();
    }

    /** Asks for another plan once what the status is to remember may be read back. */
    void awaitMemory() {
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

    /** What it was made with: a template that came later promises nothing to those that run. */
    private Duration grace(Replica replica) {
        return replica.phase().counts()
                ? replica.grace()
                        .orElseGet(() -> known(replica.revision())
                                .orElse(desired.template())
                                .grace())
                : Duration.ZERO;
    }
}
