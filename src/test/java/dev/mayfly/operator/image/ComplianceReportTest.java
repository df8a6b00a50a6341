package dev.mayfly.operator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus.ImageViolation;
import dev.mayfly.api.v1alpha1.ImagePolicyStatusBuilder;
import dev.mayfly.config.Configs;
import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.image.AuditedImage.Scan;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.policy.Verdicts.ImageUse;
import dev.mayfly.operator.image.ImageUses.Used;
import dev.mayfly.runtime.ImageContents;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of a policy's status about images that workloads use. */
class ComplianceReportTest {
    private static final String NO_ROOT = "forbid: [RootUser]";

    private final Map<String, AuditedImage> known = new HashMap<>();
    private final Map<OwnerId, PolicyEvaluation.Uses> uses = new HashMap<>();

    @Test
    void eachWorkloadIsListedAndEachImageCountsOnce() {
        known("root", "");
        known("user", "1000");
        uses("b", "root");
        uses("a", "root", "user");

        var status = report(NO_ROOT);

        assertThat(status.images()).isEqualTo(2);
        assertThat(status.compliant()).isEqualTo(1);
        assertThat(status.violations())
                .extracting(ImageViolation::workload, ImageViolation::image, ImageViolation::rule)
                .containsExactly(tuple("shop/a", "root:1", "RootUser"), tuple("shop/b", "root:1", "RootUser"));
        assertThat(status.truncated()).isFalse();
        assertThat(compliant(status)).isEqualTo("False/Violations: 1 of 2 images break a rule.");
    }

    @Test
    void anImageThatWasNotInspectedLeavesComplianceUnknown() {
        known("user", "1000");
        uses("a", "user", "new");

        assertThat(compliant(report(NO_ROOT))).isEqualTo("Unknown/NotAudited: Not all images were inspected yet.");
    }

    @Test
    void aViolationOutweighsAnUnknownImage() {
        known("root", "");
        uses("a", "root", "new");

        assertThat(compliant(report(NO_ROOT))).startsWith("False/Violations");
    }

    @Test
    void workloadsThatThePolicyDoesNotMatchAreNotListed() {
        known("root", "");
        uses("a", "root");

        assertThat(compliant(report("match: {namespaces: [bank]}\n" + NO_ROOT)))
                .isEqualTo("True/Compliant: 0 of 0 images break a rule.");
        assertThat(compliant(report("prePull: [busybox]"))).startsWith("True/NoRules");
    }

    @Test
    void aListLongerThanTwentyIsTruncated() {
        known("root", "");
        Stream.iterate(10, i -> i + 1).limit(21).forEach(i -> uses("web-" + i, "root"));

        var status = report(NO_ROOT);

        assertThat(status.violations())
                .hasSize(20)
                .extracting(ImageViolation::workload)
                .isSorted();
        assertThat(status.truncated()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ä", "€", "\uD83E\uDEB0"})
    void longMessagesAreCutBetweenTwoCharacters(String character) {
        var words = "x" + character.repeat(600 / character.length());
        known.put("scanned", image("scanned", "1000").withScans(Map.of("scan", new Scan(false, words))));
        uses("a", "scanned");

        var message = report("require: {}").violations().getFirst().message();

        assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(300, 512);
        assertThat(new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .as("whole characters only")
                .isEqualTo(message);
    }

    private ImagePolicyStatus report(String spec) {
        var policy = Serialization.unmarshal("""
                apiVersion: mayfly.dev/v1alpha1
                kind: ImagePolicy
                metadata: {name: p, generation: 1}
                spec:
                %s""".formatted(spec.indent(2)), ImagePolicy.class);
        var compliances = new PolicyEvaluation(null, null, Configs.of(Map.of())) {
            @Override
            Map<OwnerId, Uses> uses() {
                return uses;
            }
        };
        return new ComplianceReport(compliances)
                .add(policy, ImagePolicyStatusBuilder.builder().build());
    }

    private static String compliant(ImagePolicyStatus status) {
        var condition = status.conditions().getFirst();
        return condition.getStatus() + "/" + condition.getReason() + ": " + condition.getMessage();
    }

    private void known(String id, String user) {
        known.put(id, image(id, user));
    }

    private static AuditedImage image(String id, String user) {
        return new AuditedImage(
                id,
                List.of(id + ":1"),
                List.of(),
                1,
                Optional.empty(),
                user,
                Map.of(),
                Set.of(),
                List.of(),
                List.of(),
                Map.of());
    }

    private void uses(String workload, String... images) {
        var all = new LinkedHashSet<Used>();
        for (var image : images) {
            all.add(new Used(new ImageUse("shop", image + ":1", image, -1, Set.of(), false), image));
        }
        uses.put(
                new OwnerId("EphemeralWorkload", "shop", workload, "uid-" + workload),
                new PolicyEvaluation.Uses(all, looked()));
    }

    private ImageContents looked() {
        return new ImageContents() {
            @Override
            public Optional<AuditedImage> known(String id) {
                return Optional.ofNullable(known.get(id));
            }

            @Override
            public CompletionStage<AuditedImage> inspect(OwnerId owner, String id) {
                return CompletableFuture.completedFuture(known.get(id));
            }

            @Override
            public void scanAgain() {}

            @Override
            public void sweep() {}
        };
    }
}
