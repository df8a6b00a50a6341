package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Globs;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.ReplicaVariables;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Env;
import dev.mayfly.core.model.Text;
import dev.mayfly.imagearchive.ImageSecrets;
import dev.mayfly.runtime.RegistryPattern;
import dev.mayfly.runtime.docker.audit.WriteRefusal;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.support.LastLines;
import dev.mayfly.testing.ForeignInput;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Texts that tenants, replicas, registries and builders of images wrote, where they are matched or cut. */
class HostileTextFuzzTest {
    private static final int PATTERNS = 32;
    private static final int LONGEST_PATTERN = 256;

    @Property
    void theOutputOfAReplica(@ForAll("outputs") String output) throws Exception {
        ForeignInput.assertSoon(() -> WriteRefusal.in(output)
                .flatMap(WriteRefusal::path)
                .ifPresent(path -> assertThat(path).startsWith("/")));
        ForeignInput.assertSoon(
                () -> assertThat(Text.bytes(LastLines.of(output))).isLessThanOrEqualTo(2048));
    }

    @Property
    void theAnswerOfARegistry(@ForAll("answers") String answer) throws Exception {
        ForeignInput.assertSoon(() -> {
            assertThat(EngineWords.said(answer)).hasSizeLessThanOrEqualTo(1000);
            assertThat(EngineWords.of(new IllegalStateException(answer))).hasSizeLessThanOrEqualTo(1000);
        });
    }

    @Property
    void theKeyOfAPullSecret(@ForAll("registries") String key, @ForAll("registries") String host) throws Exception {
        var pattern = RegistryPattern.of(Text.atMost(key, 512));

        ForeignInput.assertSoon(() -> pattern.matches(host + "/team/app"));
    }

    @Property
    void thePathOfAFileAndIgnorePaths(
            @ForAll("patterns") @Size(max = PATTERNS) List<String> patterns, @ForAll("paths") String path)
            throws Exception {
        var globs = new Globs(patterns.stream()
                .map(pattern -> Text.atMost(pattern, LONGEST_PATTERN))
                .toList());

        ForeignInput.assertSoon(() -> globs.match(path));
    }

    @Property
    void theEnvironment(@ForAll("references") @Size(max = 8) List<String> values) throws Exception {
        var env = new ArrayList<Env>();
        for (var value : values) {
            env.add(new Env("V" + env.size(), value));
        }
        var template = Samples.template("busybox")
                .withProcess(process -> process.withEnv(env).withCommand(values));
        var replica = new ReplicaId(new OwnerId("EphemeralWorkload", "default", "web", "uid"), 0, 1);

        ForeignInput.assertSoon(() -> {
            try {
                ReplicaVariables.of(template, replica).expandAll(values);
            } catch (IllegalArgumentException tooLong) {
                assertThat(tooLong).hasMessageContaining("longer than");
            }
        });
    }

    @Property
    void theConfigurationOfAnImage(@ForAll("commands") String command) throws Exception {
        var half = Text.atMost(command, ForeignInput.LONGEST / 2);

        ForeignInput.assertSoon(() ->
                assertThat(ImageSecrets.places(List.of(half), List.of(half))).hasSizeLessThanOrEqualTo(2));
    }

    @Provide
    static Arbitrary<String> outputs() {
        return ForeignInput.texts(
                "\"",
                "'",
                "`",
                "\u201C",
                "\u2018",
                "\u00AB",
                "\u201D",
                "/a",
                "/",
                " ",
                "(",
                ": ",
                "\n",
                "\r\n",
                "\u001B[",
                "\u001B[0;",
                "Read-only file system",
                "read-only filesystem",
                "EROFS",
                "mkdir",
                "create new director",
                ", open ",
                " @ x - ");
    }

    @Provide
    static Arbitrary<String> answers() {
        return ForeignInput.texts(
                "Status 404: ",
                "{\"message\":\"",
                "\\",
                "\"",
                "https://",
                "http://a",
                "?",
                "@",
                " ",
                "a.b.C",
                "Exception: ",
                "\n");
    }

    @Provide
    static Arbitrary<String> registries() {
        return ForeignInput.texts(
                "*a", "*", "a", ".", ":", ":5000", "/", "https://", "v1/", "[", "]", "docker.io", "/v2");
    }

    @Provide
    static Arbitrary<String> paths() {
        return ForeignInput.texts("/", "/a", "a", "aaaa", "b", "/b/", "..", "\u00e4");
    }

    @Provide
    static Arbitrary<List<String>> patterns() {
        return ForeignInput.texts("**", "*", "?", "/", "a", "**a", "*a", "/**/", "b", "?a")
                .list()
                .ofMaxSize(PATTERNS);
    }

    @Provide
    static Arbitrary<List<String>> references() {
        var texts = ForeignInput.texts("$(", "$$", "$", ")", "$(V0)", "$(V1)", "$(V2)", "$(V0)$(V0)", "x");
        return Arbitraries.oneOf(texts, Arbitraries.of("$(V0)".repeat(6000), "$(V1)".repeat(6000)))
                .list()
                .ofMaxSize(8);
    }

    @Provide
    static Arbitrary<String> commands() {
        return ForeignInput.texts(
                "PASSWORD=",
                "TOKEN",
                "--token ",
                "a=",
                "\"",
                "'",
                "https://",
                "a://",
                ":",
                "@",
                "ey",
                "AKIA",
                "-----BEGIN ",
                "PRIVATE KEY",
                "ghp_",
                "a",
                "authorization: bearer ",
                ";",
                " ");
    }
}
