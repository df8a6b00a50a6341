package dev.mayfly.e2e.ha;

import static dev.mayfly.scenario.LostLeaders.Fault.CUT_OFF;
import static dev.mayfly.scenario.LostLeaders.Fault.KILLED;
import static dev.mayfly.scenario.LostLeaders.Fault.PAUSED;
import static dev.mayfly.scenario.LostLeaders.Fault.STOPPED;

import dev.mayfly.e2e.Alone;
import dev.mayfly.scenario.LostLeaders;
import dev.mayfly.testing.OperatorPair;
import dev.mayfly.testing.Workloads;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two operators on one engine, of which the leading one is lost. 20 kills and 5 of each other fault: {@code make soak}. */
@Alone
class LeaderIT {

    @Test
    void theStandbyTakesOverWithin15SecondsAndNothingIsDoneTwice() {
        try (var operators = new OperatorPair("leader");
                var workloads = new Workloads("leader")) {
            var faults = List.of(CUT_OFF, KILLED, PAUSED, STOPPED);
            System.out.println(new LostLeaders(operators, faults, 3, 9).run(workloads));
        }
    }
}
