package dev.mayfly.operator.cleanup;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** All state that is kept for each owner. */
@ApplicationScoped
public class OwnerStates {
    private final List<OwnerState> states;

    OwnerStates(@All List<OwnerState> states) {
        this.states = states;
    }

    /** Forgets an owner that is gone, as are its replicas. May be repeated. */
    public void drop(OwnerId owner) {
        states.forEach(state -> state.forget(owner));
    }
}
