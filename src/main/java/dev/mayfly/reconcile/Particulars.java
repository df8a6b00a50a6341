package dev.mayfly.reconcile;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Ending;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Removal;
import dev.mayfly.runtime.ContainerRuntime;
import java.util.List;

/** What a kind adds to a turn. Where it adds nothing, these are what they are. */
interface Particulars {

    /** What is to be planned for, once it is known what there is. */
    default Desired prepare(ContainerRuntime runtime, Desired desired, Observed observed) {
        return desired;
    }

    /** True where a planned removal must wait for the status to tell of what it removes. @param endings that were seen */
    default boolean holds(Removal removal, List<Ending> endings, Observed observed) {
        return false;
    }
}
