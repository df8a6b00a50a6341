package dev.mayfly.runtime.support;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The new state and the actions that follow, in that order. */
public record Step(KnownReplica known, List<Action> actions) {

    static Step to(KnownReplica known, Action... actions) {
        return new Step(known, List.of(actions));
    }

    Step and(Optional<? extends Action> action) {
        return action.isEmpty()
                ? this
                : new Step(
                        known,
                        Stream.concat(actions.stream(), action.stream())
                                .<Action>map(each -> each)
                                .toList());
    }

    /** True if one of the actions is of this type. */
    public boolean asks(Class<? extends Action> action) {
        return actions.stream().anyMatch(action::isInstance);
    }
}
