package dev.mayfly.operator.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.core.policy.Policy;
import dev.mayfly.core.policy.Policy.Rules;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
                  minimumAgeSeconds: 60
                  maximumAgeSeconds: 3600
                  maximumSize: 1Ki
                  labels: {team: web}
                  nonRoot: true
                  noSetuid: true
                  noSecretsInEnv: false
                  noUncoveredVolumes: true
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
                                true,
                                true,
                                false,
                                true))));
    }

    @Test
    void omittedFieldsHaveTheDefaultsOfTheSchema() {
        assertThat(read("require: {}"))
                .isEqualTo(
                        new Policy("p", true, List.of(), List.of(), Optional.of(Rules.NONE.withNoSecretsInEnv(true))));
        assertThat(read("prePull: [busybox]").rules()).isEmpty();
    }

    @ParameterizedTest(name = "{0} are {1} bytes")
    @CsvSource({"0, 0", "1.5Ki, 1536", "1e3, 1000", "99999999999999999999Ei, 9223372036854775807"})
    void sizesAreQuantities(String size, long bytes) {
        assertThat(read("require: {maximumSize: '" + size + "'}")
                        .rules()
                        .orElseThrow()
                        .maximumSize())
                .hasValue(bytes);
    }

    private static Policy read(String spec) {
        var yaml = "apiVersion: mayfly.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: p}\nspec:\n" + spec.indent(2);
        return PolicyReader.read(Serialization.unmarshal(yaml, ImagePolicy.class));
    }
}
