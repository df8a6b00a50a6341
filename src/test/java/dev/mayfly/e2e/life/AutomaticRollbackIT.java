package dev.mayfly.e2e.life;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.scenario.BrokenRollout;
import dev.mayfly.scenario.BrokenRollout.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Story F: a rollout that fails is rolled back; the bounds are observed at every instant. */
class AutomaticRollbackIT extends OperatorScenario {
    AutomaticRollbackIT() {
        super("auto-rollback");
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenVersionIsRolledBackByItself(Fault fault) {
        System.out.println(new BrokenRollout(fault, 6).run(workloads));
    }
}
