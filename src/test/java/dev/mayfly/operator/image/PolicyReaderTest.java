package dev.mayfly.operator.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.core.policy.Policy;
import dev.mayfly.core.policy.Policy.Forbidden;
import dev.mayfly.core.policy.Policy.Rules;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {

    @Test
    void everyRuleIsRead() {
        var policy = read("""
                match: {images: ["docker.io/**"], namespaces: [shop]}
                action: Audit
                require:
                  registries: [docker.io/library/*]
                  digest: true
                  minAgeSeconds: 60
                  maxAgeSeconds: 3600
                  maxSize: 1Ki
                  labels: {team: web}
                forbid: [SetuidFiles, RootUser]
                """);

        assertThat(policy)
                .isEqualTo(new Policy(
                        "p",
                        false,
                        List.of("docker.io/**"),
                        List.of("shop"),
                        Optional.of(new Rules(
                                List.of("docker.io/library/*"),
                                true,
                                Optional.of(Duration.ofMinutes(1)),
                                Optional.of(Duration.ofHours(1)),
                                OptionalLong.of(1024),
                                Map.of("team", "web"),
                                Set.of(Forbidden.RootUser, Forbidden.SetuidFiles)))));
    }

    @Test
    void omittedFieldsHaveTheDefaultsOfTheSchema() {
        assertThat(read("require: {}")).isEqualTo(new Policy("p", true, List.of(), List.of(), Optional.of(Rules.NONE)));
        assertThat(read("forbid: [SecretsInEnv]").rules())
                .contains(Rules.NONE.withForbidden(Set.of(Forbidden.SecretsInEnv)));
        assertThat(read("prePull: [busybox]").rules()).isEmpty();
    }

    @ParameterizedTest(name = "{0} are {1} bytes")
    @CsvSource({"0, 0", "1.5Ki, 1536", "1e3, 1000", "99999999999999999999Ei, 9223372036854775807"})
    void sizesAreQuantities(String size, long bytes) {
        assertThat(read("require: {maxSize: '" + size + "'}")
                        .rules()
                        .orElseThrow()
                        .maxSize())
                .hasValue(bytes);
    }

    private static Policy read(String spec) {
        var yaml = "apiVersion: mayfly.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: p}\nspec:\n" + spec.indent(2);
        return PolicyReader.read(Serialization.unmarshal(yaml, ImagePolicy.class));
    }
}
