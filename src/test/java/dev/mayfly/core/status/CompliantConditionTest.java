package dev.mayfly.core.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.policy.Compliance.Breach;
import dev.mayfly.core.policy.Compliance.State;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CompliantConditionTest {
    private static final Breach REPORTED = new Breach("watch", false, "digest", "no digest");
    private static final Breach FORBIDDEN = new Breach("no-root", true, "RootUser", "its USER is root");

    static Stream<Arguments> states() {
        return Stream.of(
                Arguments.of(Compliance.UNKNOWN, "Unknown/NotAudited"),
                Arguments.of(Compliance.POLICIES_UNKNOWN, "Unknown/PoliciesNotRead"),
                Arguments.of(Compliance.NO_POLICY, "True/NoPolicy"),
                Arguments.of(new Compliance(State.EVALUATED, List.of()), "True/Compliant"),
                Arguments.of(new Compliance(State.EVALUATED, List.of(REPORTED)), "False/Violations"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("states")
    void theConditionSaysWhatIsKnownAboutTheImage(Compliance compliance, String expected) {
        var condition = CompliantCondition.of(compliance, 3);

        assertThat(condition.getStatus() + "/" + condition.getReason()).isEqualTo(expected);
        assertThat(condition.getMessage()).isNotBlank();
        assertThat(condition.getObservedGeneration()).isEqualTo(3);
    }

    @Test
    void theMessageNamesPolicyRuleAndValueEnforcedOnesFirst() {
        var compliance = new Compliance(State.EVALUATED, List.of(REPORTED, FORBIDDEN));

        assertThat(CompliantCondition.of(compliance, 1).getMessage())
                .isEqualTo("ImagePolicy no-root, RootUser: its USER is root;"
                        + " ImagePolicy watch, digest (reported only): no digest");
    }

    @Test
    void theMessageHasTheReasonOfAFailedInspection() {
        var condition = CompliantCondition.of(
                Compliance.notInspected(new Failure("ImageInspectError", "its archive does not come")), 1);

        assertThat(condition.getStatus() + "/" + condition.getReason()).isEqualTo("Unknown/NotAudited");
        assertThat(condition.getMessage()).isEqualTo("its archive does not come");
    }

    @Test
    void manyBreachesAreCounted() {
        var compliance = new Compliance(State.EVALUATED, Collections.nCopies(50, FORBIDDEN));

        assertThat(CompliantCondition.of(compliance, 1).getMessage())
                .endsWith("; and 46 more")
                .hasSizeLessThan(400);
    }
}
