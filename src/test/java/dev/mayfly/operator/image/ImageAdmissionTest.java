package dev.mayfly.operator.image;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.policy.Compliance.Breach;
import dev.mayfly.core.policy.Compliance.State;
import dev.mayfly.operator.image.PolicyEvaluation.ImageAdmission;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A rollout waits until its image is known to be allowed. */
class ImageAdmissionTest {
    private static final Compliance FINE = new Compliance(State.EVALUATED, List.of());
    private static final Compliance FORBIDDEN = evaluated(true);
    private static final Compliance REPORTED = evaluated(false);

    static Stream<Arguments> images() {
        return Stream.of(
                Arguments.of(Optional.empty(), "v0", false),
                Arguments.of(Optional.of(FINE), "v0", false),
                Arguments.of(Optional.of(REPORTED), "v0", false),
                Arguments.of(Optional.of(Compliance.NO_POLICY), "v0", false),
                Arguments.of(Optional.of(Compliance.UNKNOWN), "v0", true),
                Arguments.of(Optional.of(FORBIDDEN), "v0", true),
                Arguments.of(Optional.of(FORBIDDEN), "v1", false));
    }

    @ParameterizedTest(name = "{0} while {1} runs")
    @MethodSource("images")
    void onlyAnAllowedImageReplacesARunningOne(Optional<Compliance> newest, String runs, boolean holds) {
        var admission = new ImageAdmission(FINE, newest);

        assertThat(admission.holding(desired(1), running(runs)).rollout().paused())
                .isEqualTo(holds);
    }

    @Test
    void onlyAForbiddenImageIsReported() {
        assertThat(new ImageAdmission(FORBIDDEN, Optional.of(FORBIDDEN)).trouble(desired(1), running("v0")))
                .get()
                .satisfies(why -> {
                    assertThat(why.reason()).isEqualTo(Failure.NOT_COMPLIANT);
                    assertThat(why.message()).contains("no-root", "RootUser", "its USER is root");
                });
        assertThat(new ImageAdmission(FINE, Optional.of(Compliance.UNKNOWN)).trouble(desired(1), running("v0")))
                .isEmpty();
    }

    @Test
    void aFailedInspectionIsReportedByTheRolloutThatWaitsForIt() {
        var broken = new Failure(Failure.NOT_INSPECTED, "its archive does not come");
        var admission = new ImageAdmission(FINE, Optional.of(Compliance.notInspected(broken)));

        assertThat(admission.holding(desired(1), running("v0")).rollout().paused())
                .isTrue();
        assertThat(admission.trouble(desired(1), running("v0"))).contains(broken);
        assertThat(admission.trouble(desired(1), running("v1")))
                .as("its launch")
                .isEmpty();
    }

    private static Observed running(String revision) {
        var launch = new Launch(new ReplicaId(WEB, 0, 1), revision, template(revision), 0, 0, NOON, Priority.SCALE);
        return Observed.none(WEB, NOON).with(launch.pending(NOON));
    }

    private static Compliance evaluated(boolean enforced) {
        return new Compliance(
                State.EVALUATED, List.of(new Breach("no-root", enforced, "RootUser", "its USER is root")));
    }
}
