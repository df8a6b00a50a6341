package dev.mayfly.operator.loop;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.ContainerRuntime;
import java.util.List;

/** What a kind adds to a turn. Where it adds nothing, these are what they are. */
interface KindStrategy {

    /** What is to be planned for, once it is known what there is. */
    default Desired prepare(ContainerRuntime runtime, Desired desired, Observed observed) {
        return desired;
    }

    /** True where a planned removal must wait for the status to tell of what it removes. @param endings that were seen */
    default boolean holds(Removal removal, List<Termination> endings, Observed observed) {
        return false;
    }
}
