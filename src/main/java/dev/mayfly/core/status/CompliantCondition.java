package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.policy.Compliance;
import io.fabric8.kubernetes.api.model.Condition;

/** The {@code ImageCompliant} condition: whether the image may run here. */
public final class CompliantCondition {
    public static final String TYPE = "ImageCompliant";
    /** Reason of the condition if the image breaks a rule. */
    public static final String VIOLATIONS = "Violations";

    private CompliantCondition() {}

    static Condition of(Compliance compliance, long generation) {
        return switch (compliance.state()) {
            case UNKNOWN ->
                condition(
                        TYPE,
                        "Unknown",
                        "NotAudited",
                        compliance
                                .inspectFailure()
                                .map(Failure::message)
                                .orElse("The image has not been inspected yet."),
                        generation);
            case POLICIES_UNKNOWN ->
                condition(
                        TYPE,
                        "Unknown",
                        "PoliciesNotRead",
                        "The image policies could not be read yet, so nothing is started. If their CRD is missing, as after"
                                + " an upgrade by helm, which adds no CRDs, run: kubectl apply -f"
                                + " crds/imagepolicies.mayfly.dev-v1.yml",
                        generation);
            case NO_POLICY ->
                condition(TYPE, "True", "NoPolicy", "No ImagePolicy has rules for the image here.", generation);
            case EVALUATED ->
                compliance.breaches().isEmpty()
                        ? condition(TYPE, "True", "Compliant", "The image breaks no rule of a policy.", generation)
                        : condition(TYPE, "False", VIOLATIONS, compliance.summary(), generation);
        };
    }
}
