package dev.mayfly.runtime.support;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is known now, and what is to be done, in that order. */
public record Step(KnownReplica known, List<Action> actions) {

    static Step to(KnownReplica known, Action... actions) {
        return new Step(known, List.of(actions));
    }

    Step and(Optional<? extends Action> action) {
        return action.isEmpty()
                ? this
                : new Step(
                        known,
                        Stream.concat(actions.stream(), action.stream()).<Action>map(each -> each).toList());
    }

    /** True where that is to be done. */
    public boolean asks(Class<? extends Action> action) {
        return actions.stream().anyMatch(action::isInstance);
    }
}
