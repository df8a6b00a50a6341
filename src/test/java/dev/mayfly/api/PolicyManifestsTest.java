package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API server accepts valid image policies and refuses invalid ones. */
@Tag("cluster")
class PolicyManifestsTest {
    private static final String MAXIMAL = """
            match: {images: ["docker.io/**", "**", "127.0.0.1:5000/team/*"], namespaces: ["*", "team-?"]}
            action: Audit
            require:
              registries: [docker.io/library/*]
              digest: true
              minAgeSeconds: 0
              maxAgeSeconds: 315360000
              maxSize: 1Gi
              labels: {org.opencontainers.image.vendor: "*"}
            forbid: [RootUser, SecretsInEnv, SetuidFiles, UncoveredVolumes]
            prePull: ["busybox:1.36", "127.0.0.1:5000/x"]
            retention:
              highThresholdPercent: 100
              lowThresholdPercent: 0
              maxTotalSize: 20Gi
              minAgeSeconds: 0
              keepLast: 0
              exclude: [docker.io/library/**]
              dryRun: true
            """;

    @Test
    void everyFieldAtOnceIsAccepted() {
        var policy = policy("a".repeat(50), MAXIMAL);

        assertThat(Manifests.check(policy).<Object>get("spec")).isEqualTo(policy.get("spec"));
    }

    @Test
    void defaultsAreApplied() {
        var accepted = Manifests.check(policy("p", "{require: {}, retention: {}}"));

        assertThat(accepted.<String>get("spec", "action")).isEqualTo("Enforce");
        assertThat(accepted.<Map<String, Object>>get("spec", "require")).isEqualTo(Map.of("digest", false));
        assertThat(accepted.<Object>get("spec", "forbid")).isNull();
        assertThat(accepted.<Map<String, Object>>get("spec", "retention"))
                .isEqualTo(Map.of(
                        "highThresholdPercent", 85,
                        "lowThresholdPercent", 80,
                        "minAgeSeconds", 120,
                        "keepLast", 2,
                        "dryRun", false));
    }

    @Test
    void theJavaTypesReadTheServedManifest() {
        var served = Manifests.check(policy("p", MAXIMAL));

        var read = Serialization.unmarshal(Serialization.asYaml(served), ImagePolicy.class);

        assertThat(Serialization.unmarshal(Serialization.asYaml(read.getSpec()), Object.class))
                .isEqualTo(served.get("spec"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nothing at all            | {}                                                     | the policy asks for nothing: give require, forbid, prePull or retention
            only a match              | {match: {images: ["**"]}}                              | the policy asks for nothing
            short name                | {match: {images: [busybox]}, require: {}}              | docker.io/library/busybox for busybox, ** for all images
            one star for all          | {match: {images: ["*"]}, require: {}}                  | ** for all images
            tag in a match            | {match: {images: ["docker.io/library/busybox:1.36"]}, require: {}} | match.images takes names without tag and digest
            digest in a match         | {match: {images: ["docker.io/a/b@sha256:0"]}, require: {}} | match.images takes names without tag and digest
            empty image               | {match: {images: [""]}, require: {}}                   | should be at least 1 chars long
            endless image             | {match: {images: ["/LONG"]}, require: {}}              | may not be more than 256
            too many images           | {match: {images: [MANY]}, require: {}}                 | must have at most 32 items
            empty namespace           | {match: {namespaces: [""]}, require: {}}               | should be at least 1 chars long
            endless namespace         | {match: {namespaces: ["LONG"]}, require: {}}           | may not be more than 63
            too many namespaces       | {match: {namespaces: [MANY]}, require: {}}             | must have at most 32 items
            unknown action            | {action: Warn, require: {}}                            | supported values: "Audit", "Enforce"
            unknown rule              | {require: {signed: true}}                              | unknown field "spec.require.signed"
            registry without path     | {require: {registries: [registry.example.com]}}        | registry.example.com/** for all that is in that registry
            registry with a tag       | {require: {registries: ["docker.io/a/b:1"]}}           | require.registries takes names without tag and digest
            too many registries       | {require: {registries: [MANY]}}                        | must have at most 32 items
            endless registry          | {require: {registries: ["/LONG"]}}                     | may not be more than 256
            negative age              | {require: {minAgeSeconds: -1}}                     | should be greater than or equal to 0
            age over ten years        | {require: {maxAgeSeconds: 315360001}}              | should be less than or equal to 315360000
            ages that exclude all     | {require: {minAgeSeconds: 2, maxAgeSeconds: 1}} | because no image could be right: change one
            negative size             | {require: {maxSize: "-1"}}                         | should match
            endless size              | {require: {maxSize: "1e999999999"}}                | should match
            label without a name      | {require: {labels: {"": a}}}                           | the name of a label in require.labels must have 1 to 256 characters
            label of an endless name  | {require: {labels: {"LONG": a}}}                       | the name of a label in require.labels must have 1 to 256 characters
            label of an endless value | {require: {labels: {a: "LONG"}}}                       | may not be more than 256
            text for a switch         | {require: {digest: "yes"}}                             | must be of type boolean
            forbids what nobody knows | {forbid: [Bugs]}                                       | supported values: "RootUser", "SecretsInEnv", "SetuidFiles", "UncoveredVolumes"
            forbids too much          | {forbid: [RootUser, RootUser, RootUser, RootUser, RootUser]} | must have at most 4 items
            no reference              | {prePull: ["Not a name"]}                              | prePull takes image references that an engine accepts
            too many to pull          | {prePull: [MANY]}                                      | must have at most 32 items
            collects and never stops  | {retention: {highThresholdPercent: 1, lowThresholdPercent: 2}} | lowThresholdPercent must not be above highThresholdPercent
            low above the default     | {retention: {lowThresholdPercent: 90}}                 | lowThresholdPercent must not be above highThresholdPercent
            over a hundred percent    | {retention: {highThresholdPercent: 101}}               | should be less than or equal to 100
            negative budget           | {retention: {maxTotalSize: -1}}                        | should be greater than or equal to 0
            keeps fewer than none     | {retention: {keepLast: -1}}                            | should be greater than or equal to 0
            excluded by a tag         | {retention: {exclude: ["docker.io/a/b:1"]}}            | retention.exclude takes names in full, without tag and digest
            excluded by a short name  | {retention: {exclude: [busybox]}}                      | retention.exclude takes names in full
            too many excluded         | {retention: {exclude: [MANY]}}                         | must have at most 32 items
            """)
    void invalidPoliciesAreRefused(String story, String spec, String message) {
        var given = spec.replace("LONG", "a".repeat(257))
                .replace("MANY", String.join(", ", Collections.nCopies(33, "a/b")));
        assertRefused("p", given, message);
    }

    @Test
    void tooManyLabelsAreRefused() {
        var labels = new StringBuilder();
        for (var i = 0; i < 33; i++) {
            labels.append("l").append(i).append(": x, ");
        }
        assertRefused("p", "{require: {labels: {" + labels + "}}}", "must have at most 32 items");
    }

    @Test
    void aNameTooLongForMessagesIsRefused() {
        assertRefused("a".repeat(51), "{require: {}}", "metadata.name may have at most 50 characters");
    }

    @Test
    void itIsClusterScoped() {
        var crd = Cluster.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("imagepolicies.mayfly.dev")
                .get();

        assertThat(crd.getSpec().getScope()).isEqualTo("Cluster");
    }

    private static void assertRefused(String name, String spec, String message) {
        assertThatThrownBy(() -> Manifests.check(policy(name, spec)))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(message);
    }

    private static GenericKubernetesResource policy(String name, String spec) {
        var yaml = "apiVersion: mayfly.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: " + name + "}\nspec:\n"
                + spec.indent(2);
        return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    }
}
