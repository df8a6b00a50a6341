package dev.mayfly.e2e;

import dev.mayfly.story.ComeAndGone;
import dev.mayfly.testing.Docker;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** However many come and go, and whoever is killed meanwhile. */
class NothingLeftIT extends OperatorStory {
    NothingLeftIT() {
        super("nothing-left");
    }

    @AfterAll
    void clearAway() {
        Docker.removeAll(Map.of("mayfly.dev/cluster", operator.cluster()));
    }

    @Test
    void threeHundredWorkloadsAndThreeKilledOperatorsLeaveNothing() throws Exception {
        System.out.println(new ComeAndGone(operator, 300, 3).tell(workloads));
    }
}
