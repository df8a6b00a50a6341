package dev.mayfly.fair;

import dev.mayfly.core.model.OwnerId;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A queue that is shared fairly: each namespace with waiting jobs gets the same share, and in a namespace each owner.
 * Shares are shares of cost, so an owner with expensive jobs is served less often. A job of an owner that had none for a
 * while is among the next. Not thread-safe.
 */
public final class FairShares<J> {
    private final Turns<String, Turns<OwnerId, Backlog<J>>> namespaces;

    /** Each owner's jobs are served in the order in which they came. */
    public FairShares() {
        this(Backlog.Fifo::new);
    }

    /** @param order makes an empty backlog for one owner */
    public FairShares(Supplier<Backlog<J>> order) {
        namespaces = new Turns<>(() -> new Turns<>(order, Backlog::isEmpty), Turns::isEmpty);
    }

    /** A job and its owner. */
    public record Turn<J>(OwnerId owner, J job) {}

    public void add(OwnerId owner, J job) {
        namespaces.waiting(owner.namespace()).waiting(owner).add(job);
    }

    /** Removes a job that is not to be done any more, at no cost. @return false if it does not wait */
    public boolean remove(OwnerId owner, J job) {
        var owners = namespaces.known(owner.namespace());
        return owners.flatMap(known -> known.known(owner))
                .flatMap(jobs -> jobs.poll(job::equals))
                .isPresent();
    }

    public boolean isEmpty() {
        return namespaces.isEmpty();
    }

    /** True if a job is open. */
    public boolean has(Predicate<J> open) {
        return has(namespace -> true, open);
    }

    /** True if a job is open in one of those namespaces. */
    public boolean has(Predicate<String> allowed, Predicate<J> open) {
        return namespaces.any((namespace, owners) -> allowed.test(namespace) && open(owners, open));
    }

    /**
     * Removes the next job; empty if no job is open.
     *
     * @param cost expected cost of the job, in any unit that is the same for all jobs; 1 or more
     */
    public Optional<Turn<J>> poll(Predicate<J> open, long cost) {
        return poll(namespace -> true, open, cost);
    }

    /** Removes the next job of those namespaces; empty if no job is open there. */
    public Optional<Turn<J>> poll(Predicate<String> allowed, Predicate<J> open, long cost) {
        var next = namespaces.next((namespace, owners) -> allowed.test(namespace) && open(owners, open));
        return next.map(namespace -> {
            var owners = namespaces.serve(namespace, cost);
            var owner = owners.next((id, jobs) -> jobs.has(open)).orElseThrow();
            var job = owners.serve(owner, cost).poll(open).orElseThrow();
            owners.settle();
            namespaces.settle();
            return new Turn<>(owner, job);
        });
    }

    /** A job of the owner cost more than expected. */
    public void charge(OwnerId owner, long more) {
        namespaces.charge(owner.namespace(), more).charge(owner, more);
    }

    private static <J> boolean open(Turns<OwnerId, Backlog<J>> owners, Predicate<J> open) {
        return owners.any((owner, jobs) -> jobs.has(open));
    }
}
