package dev.mayfly.e2e;

import dev.mayfly.story.BrokenRollout;
import dev.mayfly.story.BrokenRollout.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Story F, watched at every instant. */
class RollbackStoryIT extends OperatorStory {
    RollbackStoryIT() {
        super("rollback-story");
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenVersionIsRolledBackByItself(Fault fault) {
        System.out.println(new BrokenRollout(fault, 6).tell(workloads));
    }
}
