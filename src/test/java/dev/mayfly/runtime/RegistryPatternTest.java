package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows above the line are those of https://kubernetes.io/docs/concepts/containers/images/#config-json. */
class RegistryPatternTest {

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource({
        "*.kubernetes.io,                  kubernetes.io/app,                            false",
        "*.kubernetes.io,                  abc.kubernetes.io/app,                        true",
        "*.*.kubernetes.io,                abc.kubernetes.io/app,                        false",
        "*.*.kubernetes.io,                abc.def.kubernetes.io/app,                    true",
        "prefix.*.io,                      prefix.kubernetes.io/app,                     true",
        "*-good.kubernetes.io,             prefix-good.kubernetes.io/app,                true",
        "my-registry.example/images,       my-registry.example/images,                   true",
        "my-registry.example/images,       my-registry.example/images/my-image,          true",
        "my-registry.example/images,       my-registry.example/images/another-image:1,   true",
        "*.my-registry.example/images,     sub.my-registry.example/images/my-image,      true",
        "*.my-registry.example/images,     a.sub.my-registry.example/images/my-image,    false",
        "*.my-registry.example/images,     a.b.sub.my-registry.example/images/my-image,  false",
        // ----
        "my-registry.example/images/sub,   my-registry.example/images/my-image,          false",
        "registry.example,                 registry.example:5000/app,                    false",
        "registry.example:5000,            registry.example:5000/app,                    true",
        "registry.example:5000,            registry.example:5001/app,                    false",
        "*.example:5000,                   registry.example:5000/a/b,                    true",
        "127.0.0.1:5000,                   127.0.0.1:5000/x@sha256:0,                    true",
        "'[2001:db8::1]:5000',             '[2001:db8::1]:5000/x',                       true",
        "'[2001:db8::1]',                  '[2001:db8::1]:5000/x',                       false",
        "https://registry.example,         registry.example/app,                         true",
        "http://registry.example:80/v2/,   registry.example:80/app,                      true",
        "https://registry.example/v1/team, registry.example/team/app,                    true",
        "registry.example/team,            registry.example/v1/team/app,                 false",
        "https://index.docker.io/v1/,      busybox,                                      true",
        "https://index.docker.io/v1/,      docker/whalesay,                              true",
        "index.docker.io,                  docker.io/library/busybox:1.36,               true",
        "docker.io,                        index.docker.io/team/app,                     true",
        "docker.io/team,                   docker/whalesay,                              false",
        "https://index.docker.io/v1/,      registry.example/app,                         false",
        "registry.example,                 registryXexample/app,                         false",
        "*,                                localhost/app,                                true",
        "*,                                busybox,                                      false",
        "*.*,                              busybox,                                      true",
        "*.io,                             0123456789ab,                                 false",
        "*.io,                             evil.example/docker.io/app,                   false"
    })
    void aCredentialCountsWhereItsKeyMatches(String key, String reference, boolean counts) {
        assertThat(RegistryPattern.of(key).matches(ImageName.fullRepository(reference)))
                .isEqualTo(counts);
    }

    @Test
    void theNarrowestIsTriedFirst() {
        assertThat(Stream.of("*.example", "r.example", "https://r.example/a/b", "r.example/a", "index.docker.io/v1/")
                        .map(RegistryPattern::of)
                        .sorted(RegistryPattern.NARROWEST_FIRST))
                .map(RegistryPattern::toString)
                .containsExactly("r.example/a/b", "r.example/a", "r.example", "docker.io", "*.example");
    }

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource({
        "a*b*c,     abc,     true",
        "a*b*c,     a-b-b-c, true",
        "a*bc,      abc,     true",
        "ab*bc,     abc,     false",
        "a**c,      abc,     true",
        "*,         abc,     true",
        "*b*,       abc,     true",
        "*x*,       abc,     false",
        "a?c,       abc,     false"
    })
    void aStarStandsForAnyTextWithoutADot(String part, String name, boolean matches) {
        assertThat(RegistryPattern.of(part + ".example").matches(name + ".example/app"))
                .isEqualTo(matches);
    }

    /** Any Secret may contain it. A matcher that backtracks takes years. */
    @Test
    void aPatternThatIsMadeToTakeLongDoesNot() {
        var hostile = RegistryPattern.of("*a".repeat(60) + "b");

        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(hostile.matches("a".repeat(60) + "/app")).isFalse());
    }
}
