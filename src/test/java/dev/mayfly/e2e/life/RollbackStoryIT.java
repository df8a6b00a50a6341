package dev.mayfly.e2e.life;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.scenario.BrokenRollout;
import dev.mayfly.scenario.BrokenRollout.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Story F, watched at every instant. */
class RollbackStoryIT extends OperatorScenario {
    RollbackStoryIT() {
        super("rollback-story");
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenVersionIsRolledBackByItself(Fault fault) {
        System.out.println(new BrokenRollout(fault, 6).tell(workloads));
    }
}
