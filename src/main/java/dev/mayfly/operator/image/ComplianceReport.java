package dev.mayfly.operator.image;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus.ImageViolation;
import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Text;
import dev.mayfly.core.policy.Policy;
import dev.mayfly.core.policy.Verdicts;
import dev.mayfly.core.status.Conditions;
import dev.mayfly.operator.image.ImagePolicyReconciler.PolicyReport;
import dev.mayfly.operator.image.ImageUses.Used;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reports which images that workloads use violate a rule of a policy. */
@ApplicationScoped
class ComplianceReport implements PolicyReport {
    private static final int MOST = 20;
    private static final int LONGEST_BYTES = 512;

    private final PolicyEvaluation evaluation;
    /** The ages of images count by the wall clock, which dated them. */
    private final InstantSource clock = InstantSource.system();

    ComplianceReport(PolicyEvaluation evaluation) {
        this.evaluation = evaluation;
    }

    /** Violations of one policy. */
    private static final class Tally {
        private final Set<String> images = new HashSet<>();
        private final Set<String> broken = new HashSet<>();
        private final List<ImageViolation> violations = new ArrayList<>();
        private boolean unknown;

        private void add(Policy policy, OwnerId owner, Used used, AuditedImage image, Instant now) {
            if (Verdicts.applicable(List.of(policy), used.use(), image).isEmpty()) {
                return;
            }
            images.add(used.id());
            for (var breach : Verdicts.breaches(List.of(policy), used.use(), image, now)) {
                broken.add(used.id());
                violations.add(new ImageViolation(
                        Text.atMostBytes(used.use().reference(), LONGEST_BYTES),
                        owner.namespace() + "/" + owner.name(),
                        breach.rule(),
                        Text.atMostBytes(breach.message(), LONGEST_BYTES)));
            }
        }
    }

    @Override
    public ImagePolicyStatus add(ImagePolicy policy, ImagePolicyStatus status) {
        var read = PolicyReader.read(policy);
        var tally = new Tally();
        evaluation.uses().forEach((owner, uses) -> {
            if (read.appliesTo(owner.namespace())) {
                for (var used : uses.all()) {
                    uses.contents().reinspectIfDue(used.id());
                    uses.contents()
                            .known(used.id())
                            .ifPresentOrElse(
                                    image -> tally.add(read, owner, used, image, clock.instant()),
                                    () -> tally.unknown = true);
                }
            }
        });
        var listed = tally.violations.stream()
                .sorted(Comparator.comparing(ImageViolation::workload)
                        .thenComparing(ImageViolation::image)
                        .thenComparing(ImageViolation::rule))
                .limit(MOST)
                .toList();
        var generation = policy.getMetadata().getGeneration();
        return status.withImages(tally.images.size())
                .withCompliant(tally.images.size() - tally.broken.size())
                .withViolationCount(tally.violations.size())
                .withViolations(listed)
                .withTruncated(tally.violations.size() > MOST)
                .withConditions(Conditions.of(status.conditions())
                        .with(condition(read, tally, generation), clock.instant())
                        .list());
    }

    private static Condition condition(Policy policy, Tally tally, Long generation) {
        var found = tally.broken.size() + " of " + tally.images.size() + " images break a rule.";
        if (!tally.broken.isEmpty()) {
            return condition("False", "Violations", found, generation);
        }
        if (policy.rules().isEmpty()) {
            return condition("True", "NoRules", "It has no rules for images that run.", generation);
        }
        return tally.unknown
                ? condition("Unknown", "NotAudited", "Not all images were inspected yet.", generation)
                : condition("True", "Compliant", found, generation);
    }

    private static Condition condition(String status, String reason, String message, Long generation) {
        return new ConditionBuilder()
                .withType("Compliant")
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withObservedGeneration(requireNonNullElse(generation, 0L))
                .build();
    }
}
