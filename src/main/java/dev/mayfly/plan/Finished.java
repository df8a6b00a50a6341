package dev.mayfly.plan;

import dev.mayfly.model.Observed;
import dev.mayfly.model.Replica;
import java.util.Iterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Terminated attempts that are not being removed. A task has few of them: those kept, those that failed and those not
 * recorded yet.
 */
public final class Finished {
    private Finished() {}

    /** Superseded attempts first, then occupants; each longest terminated first. */
    public static Stream<Replica> of(Observed observed) {
        return Stream.concat(stream(observed.superseded()).filter(r -> r.phase().terminated()), stream(observed.terminated()));
    }

    static Stream<Replica> stream(Iterator<Replica> replicas) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(replicas, 0), false);
    }
}
