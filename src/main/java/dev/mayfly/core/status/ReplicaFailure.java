package dev.mayfly.core.status;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Template.Output;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.plan.AbandonedSlots;
import dev.mayfly.core.plan.BackOff;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The failure to report to users. A killed replica that is being replaced is none; a container that can't be created
 * or started is one, and so is a replica that fails repeatedly. The message names no slot, so that 50 replicas with one
 * fault have one message.
 */
final class ReplicaFailure {
    /** Most replicas examined: a status must not cost O(N). */
    private static final int MAX_EXAMINED = 100;

    /** Precedes how to read the last output. */
    private static final String TO_READ = "\nTo read its last output: ";

    private ReplicaFailure() {}

    /** @param lastExit how the last replica exited, according to the previous status; empty: not known */
    static Optional<Failure> of(Desired desired, Observed observed, Optional<Exit> lastExit) {
        return notCreated(observed).or(() -> notStarted(observed)).or(() -> crashLoop(desired, observed, lastExit));
    }

    /** The same of the warm pool, whose containers are not kept once their successors are there. */
    static Optional<Failure> ofPool(Desired desired, Observed pool) {
        return stream(pool.terminated())
                .limit(MAX_EXAMINED)
                .filter(replica -> AbandonedSlots.staysInPool(desired, replica))
                .findFirst()
                .map(last -> new Failure(
                        Degradation.ABANDONED,
                        "Replicas failed more than " + desired.restarts().maxConsecutiveFailures()
                                + " times in a row (spec.maxConsecutiveFailures); the last one" + ended(last)
                                + " They have no successors until the template changes."
                                + TO_READ
                                + lastOutput(desired)))
                .or(() -> retriedInPool(desired, pool));
    }

    private static Optional<Failure> retriedInPool(Desired desired, Observed pool) {
        return of(desired, pool, Optional.empty()).map(failure -> {
            var output = failure.message().indexOf(TO_READ);
            return output < 0
                    ? failure
                    : new Failure(
                            failure.reason(),
                            failure.message().substring(0, output)
                                    + "\nIts container is not kept: to see what it prints, set spec.replicas to one more.");
        });
    }

    /**
     * A failure of the revision's replicas to write to the read-only root. The successor does not fail at once, but it
     * will; the failure is over with the revision.
     */
    static Optional<Failure> readOnly(Observed observed, String revision) {
        return Stream.concat(stream(observed.terminated()), stream(observed.superseded()))
                .limit(MAX_EXAMINED)
                .filter(replica ->
                        replica.phase() == Phase.ENDED && replica.revision().equals(revision))
                .flatMap(replica -> replica.outcome().failure().stream())
                .filter(why -> why.reason().equals(Failure.READ_ONLY))
                .findFirst();
    }

    private static Optional<Failure> notCreated(Observed observed) {
        return stream(observed.failed())
                .max(Comparator.comparing(Replica::since))
                .flatMap(replica -> replica.outcome().failure());
    }

    private static Optional<Failure> notStarted(Observed observed) {
        return observed.count(Phase.ENDED) == 0
                ? Optional.empty()
                : stream(observed.terminated())
                        .filter(r -> r.phase() == Phase.ENDED && r.startedAt().isEmpty())
                        .findFirst()
                        .flatMap(replica -> replica.outcome().failure());
    }

    /**
     * A slot that failed more than once in a row: its last attempt has ended, waits, or has not served long enough yet
     * to show that the failure is over. So the failure is reported through all attempts. Of a task, an attempt that runs
     * shows that.
     */
    private static Optional<Failure> crashLoop(Desired desired, Observed observed, Optional<Exit> lastExit) {
        return stream(observed.waiting())
                .filter(replica -> replica.history().failures() > 1)
                .findFirst()
                .or(() -> desired.batch().isPresent() ? Optional.empty() : retried(desired, observed))
                .map(replica -> crashLoop(desired, observed, replica, lastExit));
    }

    private static Optional<Replica> retried(Desired desired, Observed observed) {
        return stream(observed.terminated())
                .limit(MAX_EXAMINED)
                .filter(replica -> replica.phase() == Phase.ENDED
                        && BackOff.after(replica, desired.restarts().backOff()).failures() > 1)
                .findFirst()
                .or(() -> Recovering.of(desired, observed).example());
    }

    private static Failure crashLoop(Desired desired, Observed observed, Replica failing, Optional<Exit> lastExit) {
        var last = observed.attempts(failing.id().slot())
                .filter(attempt -> attempt.phase() == Phase.ENDED)
                .reduce((older, newer) -> newer)
                .or(() -> lastEnded(observed));
        var why = last.flatMap(replica -> replica.outcome().failure());
        if (why.isPresent()
                && (last.get().startedAt().isEmpty() || why.get().reason().equals(Failure.READ_ONLY))) {
            return why.get();
        }
        var exit = last.flatMap(replica -> replica.outcome().exit()).or(() -> lastExit);
        return new Failure(
                "CrashLoopBackOff",
                "Back-off restarting failed replicas; the last one" + ended(why.map(Failure::message), exit)
                        + TO_READ
                        + lastOutput(desired));
    }

    /** Of any slot: the dead containers of this one are gone, because fewer are kept than there are slots. */
    private static Optional<Replica> lastEnded(Observed observed) {
        return Stream.concat(stream(observed.terminated()), stream(observed.superseded()))
                .limit(MAX_EXAMINED)
                .filter(replica -> replica.phase() == Phase.ENDED)
                .max(Comparator.comparing(Replica::since));
    }

    static String ended(Replica replica) {
        return ended(
                replica.outcome().failure().map(Failure::message),
                replica.outcome().exit());
    }

    /** How the last one ended: its exit code and signal in any case, and the message if there is one. */
    private static String ended(Optional<String> message, Optional<Exit> exit) {
        var how = exit.map(e -> "exit code " + e.code() + (e.signal().isEmpty() ? "" : " (" + e.signal() + ")"));
        if (message.filter(text -> text.contains(how.orElse("exit code"))).isPresent()) {
            return ": " + message.get();
        }
        return how.map(code -> " ended with " + code).orElse(" ended with an exit code that is not known")
                + message.map(text -> ": " + text).orElse(".");
    }

    /**
     * How to read the last output: a command, or the field that makes it readable. Names no container, so that it is the same
     * for all slots, and depends on the spec alone, so that it does not change when a container goes.
     */
    static String lastOutput(Desired desired) {
        var owner = desired.owner();
        if (desired.restarts().terminatedHistoryLimit() > 0
                && desired.template().placement().inPods()) {
            return "kubectl logs --tail=20 -n %1$s $(kubectl get pods -n %1$s -o name -l mayfly.dev/owner-uid=%2$s --field-selector=status.phase=Failed | head -n 1)"
                    .formatted(owner.namespace(), owner.uid());
        }
        if (desired.restarts().terminatedHistoryLimit() > 0) {
            return "docker logs --tail 20 $(docker ps -aqf label=mayfly.dev/owner-uid=%s -f status=exited | head -n 1)"
                    .formatted(owner.uid());
        }
        if (desired.template().process().output() == Output.NONE) {
            return "set template.outputPolicy: OnFailure, and the status has it after the next failure";
        }
        return "kubectl get %s %s -n %s -o jsonpath='{.status.%s[0].message}'"
                .formatted(
                        owner.isTask() ? "et" : "ew",
                        owner.name(),
                        owner.namespace(),
                        owner.isTask() ? "results" : "lastTerminations");
    }

    private static Stream<Replica> stream(Iterator<Replica> replicas) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(replicas, Spliterator.ORDERED), false);
    }
}
