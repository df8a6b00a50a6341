package dev.mayfly.plan;

import dev.mayfly.model.Observed;
import dev.mayfly.model.Replica;
import java.util.Iterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Attempts that are over and not being removed. A task's are few: the kept, the failing, and those that await their record. */
public final class Finished {
    private Finished() {}

    /** Lower attempts of their index first, then those that are the latest of theirs; within both the earliest first. */
    public static Stream<Replica> of(Observed observed) {
        return Stream.concat(stream(observed.superseded()).filter(r -> r.phase().over()), stream(observed.over()));
    }

    static Stream<Replica> stream(Iterator<Replica> replicas) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(replicas, 0), false);
    }
}
