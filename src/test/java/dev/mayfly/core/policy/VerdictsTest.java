package dev.mayfly.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.policy.Compliance.Breach;
import dev.mayfly.core.policy.Policy.Forbidden;
import dev.mayfly.core.policy.Policy.Rules;
import dev.mayfly.core.policy.Verdicts.ImageUse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule, kept and broken, and which policies apply to which images. */
class VerdictsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private static final AuditedImage IMAGE = new AuditedImage(
            "sha256:1",
            List.of("reg.example/team/app:1"),
            List.of("reg.example/team/app@sha256:2"),
            1000,
            Optional.of(NOW.minus(DAY)),
            "1000",
            Map.of("team", "web/shop"),
            Set.of(),
            List.of(),
            List.of(),
            Map.of());
    private static final ImageUse USE = use("reg.example/team/app:1", "reg.example/team/app");

    static Stream<Arguments> rules() {
        return Stream.of(
                rule("registries", r -> r.withRegistries(List.of("reg.example/**")), i -> i, true),
                rule("registries", r -> r.withRegistries(List.of("REG.example/team/*")), i -> i, true),
                rule("registries", r -> r.withRegistries(List.of("reg.example/*")), i -> i, false),
                rule(
                        "registries",
                        r -> r.withRegistries(List.of("reg.example/**")),
                        i -> i.withDigests(List.of()),
                        false),
                rule(
                        "registries",
                        r -> r.withRegistries(List.of("reg.example/**")),
                        i -> i.withDigests(List.of("reg.example/other@sha256:2")),
                        false),
                rule("digest", r -> r.withDigest(true), i -> i, false),
                rule("minAgeSeconds", r -> r.withMinAge(Optional.of(DAY)), i -> i, true),
                rule("minAgeSeconds", r -> r.withMinAge(Optional.of(DAY.plusMillis(1))), i -> i, false),
                rule("minAgeSeconds", r -> r.withMinAge(Optional.of(DAY)), i -> i.withCreated(Optional.empty()), false),
                rule("maxAgeSeconds", r -> r.withMaxAge(Optional.of(DAY)), i -> i, true),
                rule("maxAgeSeconds", r -> r.withMaxAge(Optional.of(DAY.minusMillis(1))), i -> i, false),
                rule("maxAgeSeconds", r -> r.withMaxAge(Optional.of(DAY)), i -> i.withCreated(Optional.empty()), false),
                rule(
                        "maxAgeSeconds",
                        r -> r.withMaxAge(Optional.of(DAY)),
                        i -> i.withCreated(Optional.of(NOW.plus(DAY))),
                        false),
                rule("maxSize", r -> r.withMaxSize(OptionalLong.of(1000)), i -> i, true),
                rule("maxSize", r -> r.withMaxSize(OptionalLong.of(999)), i -> i, false),
                rule("labels", r -> r.withLabels(Map.of("team", "web*")), i -> i, true),
                rule("labels", r -> r.withLabels(Map.of("team", "web")), i -> i, false),
                rule("labels", r -> r.withLabels(Map.of("owner", "*")), i -> i, false),
                rule("RootUser", r -> r.withForbidden(Set.of(Forbidden.RootUser)), i -> i, true),
                rule("SetuidFiles", r -> r.withForbidden(Set.of(Forbidden.SetuidFiles)), i -> i, true),
                rule(
                        "SetuidFiles",
                        r -> r.withForbidden(Set.of(Forbidden.SetuidFiles)),
                        i -> i.withSetuid(List.of("/bin/su")),
                        false),
                rule("SecretsInEnv", r -> r.withForbidden(Set.of(Forbidden.SecretsInEnv)), i -> i, true),
                rule(
                        "SecretsInEnv",
                        r -> r.withForbidden(Set.of(Forbidden.SecretsInEnv)),
                        i -> i.withSecrets(List.of("env A")),
                        false),
                rule("UncoveredVolumes", r -> r.withForbidden(Set.of(Forbidden.UncoveredVolumes)), i -> i, true),
                rule(
                        "UncoveredVolumes",
                        r -> r.withForbidden(Set.of(Forbidden.UncoveredVolumes)),
                        i -> i.withVolumes(Set.of("/a")),
                        true),
                rule(
                        "UncoveredVolumes",
                        r -> r.withForbidden(Set.of(Forbidden.UncoveredVolumes)),
                        i -> i.withVolumes(Set.of("/b")),
                        false),
                rule("scan x", r -> r, i -> i.withScans(Map.of("x", new AuditedImage.Scan(true, ""))), true),
                rule("scan x", r -> r, i -> i.withScans(Map.of("x", new AuditedImage.Scan(false, "CVE"))), false));
    }

    @ParameterizedTest(name = "{index} {0}: {3}")
    @MethodSource("rules")
    void aRuleIsKeptOrBrokenByItself(
            String rule, UnaryOperator<Rules> rules, UnaryOperator<AuditedImage> image, boolean kept) {
        var breaches = Verdicts.breaches(List.of(policy("p", rules.apply(Rules.NONE))), USE, image.apply(IMAGE), NOW);

        assertThat(breaches).extracting(Breach::rule).isEqualTo(kept ? List.of() : List.of(rule));
        assertThat(breaches).allSatisfy(breach -> assertThat(breach.message()).isNotBlank());
    }

    @ParameterizedTest(name = "USER {0} with runAsUser {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "'',        -1, it has no USER",
                "root,      -1, its USER is root",
                "root:1000, -1, its USER is root",
                "0,         -1, its USER is 0",
                "000:1000,  -1, its USER is 000",
                "+0,        -1, its USER is +0",
                "app,       -1, its USER is app",
                "0x0,       -1, its USER is 0x0",
                "1000,      -1, -",
                "1000:0,    -1, -",
                "1000,       0, securityContext.runAsUser is 0",
                "root,    1000, -",
                "app,     1000, -"
            })
    void rootUserIsAboutTheUserOfTheProcesses(String user, long runAsUser, String message) {
        var use = new ImageUse("shop", "a", "docker.io/library/a", runAsUser, Set.of(), false);
        var breaches = Verdicts.breaches(
                List.of(policy("p", Rules.NONE.withForbidden(Set.of(Forbidden.RootUser)))),
                use,
                IMAGE.withUser(user),
                NOW);

        if (message == null) {
            assertThat(breaches).isEmpty();
        } else {
            assertThat(breaches)
                    .singleElement()
                    .satisfies(breach -> assertThat(breach.message()).startsWith(message));
        }
    }

    @ParameterizedTest(name = "{0} as {1}: {2}")
    @CsvSource({
        "reg.example/team/app@sha256:2, reg.example/team/app,         true",
        "sha256:1,                      '',                           false",
        "012345678901,                  docker.io/library/0123456789, false",
        "mine:1,                        docker.io/library/mine,       false"
    })
    void anIdAndALocalTagComeFromNoRegistry(String reference, String name, boolean kept) {
        var rules = Rules.NONE.withRegistries(List.of("**"));

        assertThat(Verdicts.breaches(List.of(policy("p", rules)), use(reference, name), IMAGE, NOW)
                        .isEmpty())
                .isEqualTo(kept);
    }

    @Test
    void theMessageNamesTheDigestToUse() {
        var breaches = Verdicts.breaches(List.of(policy("p", Rules.NONE.withDigest(true))), USE, IMAGE, NOW);

        assertThat(breaches.getFirst().message()).endsWith(": write reg.example/team/app@sha256:2");
    }

    @ParameterizedTest(name = "{0} in {1} is about {2}: {3}")
    @CsvSource({
        "'',                      '',     x,      true",
        "reg.example/**,          '',     x,      true",
        "reg.example/*,           '',     x,      false",
        "docker.io/**,            '',     x,      true",
        "docker.io/library/mine,  '',     x,      true",
        "docker.io/library/other, '',     x,      false",
        "**,                      shop,   shop,   true",
        "**,                      sh*,    shop,   true",
        "**,                      shop,   other,  false"
    })
    void aPolicyAppliesToAnImageByEachOfItsNames(String images, String namespaces, String namespace, boolean about) {
        var policy = policy("p", Rules.NONE)
                .withImages(images.isEmpty() ? List.of() : List.of(images))
                .withNamespaces(namespaces.isEmpty() ? List.of() : List.of(namespaces));
        var use = new ImageUse(namespace, "mine:1", "docker.io/library/mine", -1, Set.of(), false);

        assertThat(Verdicts.applicable(List.of(policy), use, IMAGE)).hasSize(about ? 1 : 0);
    }

    @Test
    void onlyPoliciesForAllImagesOrItsIdApplyToAnImageWithoutAName() {
        var nameless = IMAGE.withTags(List.of()).withDigests(List.of());
        var all = policy("all", Rules.NONE).withImages(List.of("**"));
        var hub = policy("hub", Rules.NONE).withImages(List.of("docker.io/**"));

        assertThat(Verdicts.applicable(List.of(all, hub), use("sha256:1", ""), nameless))
                .containsExactly(all);
    }

    @Test
    void eachOfSeveralPoliciesApplies() {
        var audit = policy("audit", Rules.NONE.withForbidden(Set.of(Forbidden.RootUser)))
                .withEnforced(false);
        var enforce = policy("enforce", Rules.NONE.withDigest(true).withForbidden(Set.of(Forbidden.RootUser)));
        var none = policy("none", Rules.NONE).withRules(Optional.empty());

        var breaches = Verdicts.breaches(List.of(audit, enforce, none), USE, IMAGE.withUser(""), NOW);

        assertThat(breaches)
                .extracting(breach -> breach.policy() + " " + breach.rule() + " " + breach.enforced())
                .containsExactly("audit RootUser false", "enforce digest true", "enforce RootUser true");
    }

    @Test
    void messagesAreBounded() {
        var rules = Rules.NONE.withLabels(Map.of("team", "x"));
        var image = IMAGE.withLabels(Map.of("team", "y".repeat(100_000)));

        assertThat(Verdicts.breaches(List.of(policy("p", rules)), USE, image, NOW)
                        .getFirst()
                        .message())
                .hasSizeLessThan(500);
    }

    /** The cut depends on the length of the text before it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "-"})
    void aLongMessageEndsBetweenTwoCharacters(String before) {
        var rules = Rules.NONE.withLabels(Map.of("team", "x"));
        var image = IMAGE.withLabels(Map.of("team", before + "\uD83E\uDEB0".repeat(400)));

        assertThat(Verdicts.breaches(List.of(policy("p", rules)), USE, image, NOW)
                        .getFirst()
                        .message())
                .doesNotContain("\uD83E…");
    }

    private static Arguments rule(
            String rule, UnaryOperator<Rules> rules, UnaryOperator<AuditedImage> image, boolean kept) {
        return Arguments.of(rule, rules, image, kept);
    }

    private static Policy policy(String name, Rules rules) {
        return new Policy(name, true, List.of(), List.of(), Optional.of(rules));
    }

    private static ImageUse use(String reference, String name) {
        return new ImageUse("shop", reference, name, -1, Set.of("/a"), false);
    }

    /** Nothing but the reference is known of an image that a node pulls for itself. */
    @ParameterizedTest
    @MethodSource
    void byReference(UnaryOperator<Rules> rules, ImageUse use, List<String> broken) {
        var policy = new Policy("p", true, List.of(), List.of(), Optional.of(rules.apply(Rules.NONE)));

        var compliance = Verdicts.byReference(List.of(policy), use, false);

        assertThat(compliance.breaches()).extracting(Breach::rule).containsExactlyElementsOf(broken);
        assertThat(compliance.forbids()).isEqualTo(!broken.isEmpty());
    }

    static Stream<Arguments> byReference() {
        var pinned = use("reg.example/team/app@sha256:2", "reg.example/team/app");
        return Stream.of(
                seen(r -> r, USE),
                seen(r -> r.withRegistries(List.of("reg.example/**")), USE),
                seen(r -> r.withRegistries(List.of("other/**")), USE, "registries"),
                seen(r -> r.withRegistries(List.of("**")), use("sha256:1", ""), "registries"),
                seen(r -> r.withDigest(true), USE, "digest"),
                seen(r -> r.withDigest(true), pinned),
                seen(r -> r.withMaxSize(OptionalLong.of(1L << 40)), pinned, "maxSize"),
                seen(r -> r.withMinAge(Optional.of(DAY)), pinned, "minAgeSeconds"),
                seen(r -> r.withMaxAge(Optional.of(DAY)), pinned, "maxAgeSeconds"),
                seen(r -> r.withLabels(Map.of("team", "*")), pinned, "labels"),
                seen(r -> r.withForbidden(Set.of(Forbidden.SetuidFiles)), pinned, "SetuidFiles"),
                seen(r -> r.withForbidden(Set.of(Forbidden.SecretsInEnv)), pinned, "SecretsInEnv"),
                seen(r -> r.withForbidden(Set.of(Forbidden.RootUser)), pinned, "RootUser"));
    }

    private static Arguments seen(UnaryOperator<Rules> rules, ImageUse use, String... broken) {
        return Arguments.of(rules, use, List.of(broken));
    }

    @Test
    void aScannerThatCanNotSeeTheImageForbidsIt() {
        var policy = new Policy("p", true, List.of(), List.of(), Optional.of(Rules.NONE));

        assertThat(Verdicts.byReference(List.of(policy), USE, true).breaches())
                .extracting(Breach::rule)
                .containsExactly("scanners");
        assertThat(Verdicts.byReference(List.of(), USE, true)).isEqualTo(Compliance.NO_POLICY);
    }
}
