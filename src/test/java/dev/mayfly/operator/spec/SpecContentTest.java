package dev.mayfly.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Template.Env;
import dev.mayfly.core.model.Template.Env.Kind;
import dev.mayfly.core.model.Volume;
import dev.mayfly.core.model.Volume.FileContent;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.content.ContentReferences;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The content that a template uses from ConfigMaps and Secrets. */
class SpecContentTest {
    private static final Content.Source CONF = Content.Source.configMap("conf");
    private static final Content.Source LOGIN = Content.Source.secret("login");
    private static final byte[] KEY = new byte[32];
    private static final int MEBIBYTE = 1 << 20;
    private static final Map<Content.Source, Content.Held> BOTH = Map.of(
            CONF, held(Map.of("page", "hello", "COLOUR", "red", "1st", "x", "MAYFLY_SLOT", "9")),
            LOGIN, held(Map.of("password", "geheim")));

    private final SpecReader reader = new SpecReader(Configs.of(Map.of()));

    @Test
    void aVolumeHasAllKeysOrTheItemsWithTheirModes() {
        var volumes = read("""
                volumes:
                - {name: a, secret: {secretName: login}}
                - {name: b, configMap: {name: conf, defaultMode: 288, items: [{key: page, path: www/index.html}, {key: COLOUR, path: c, mode: 256}]}}
                """, BOTH).template().volumes();

        assertThat(volumes)
                .containsEntry("a", new Volume.Files(Map.of("password", file("geheim", 0644))))
                .containsEntry(
                        "b", new Volume.Files(Map.of("www/index.html", file("hello", 0440), "c", file("red", 0400))));
    }

    @Test
    void envFromComesBeforeEnvAndSkipsInvalidNames() {
        var yaml = """
                env: [{name: P, valueFrom: {secretKeyRef: {name: login, key: password}}}, {name: COLOUR, value: "dark $(COLOUR)"}]
                envFrom: [{configMapRef: {name: conf}}, {prefix: L_, secretRef: {name: login}}]
                """;

        assertThat(read(yaml, BOTH).template().process().env())
                .containsExactly(
                        new Env("COLOUR", "red", Kind.PLAIN),
                        new Env("page", "hello", Kind.PLAIN),
                        new Env("L_password", "geheim", Kind.PLAIN),
                        new Env("P", "geheim", Kind.PLAIN),
                        new Env("COLOUR", "dark $(COLOUR)"));
        assertThat(SpecEnvironment.skipped(
                        workload(yaml).getSpec().template(), Owners.of(workload(yaml)), Content.of(BOTH, KEY)))
                .containsExactly("1st", "MAYFLY_SLOT");
    }

    @Test
    void fieldRefsAreVariablesOfTheReplica() {
        assertThat(read("""
                env:
                - {name: N, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                - {name: S, valueFrom: {fieldRef: {fieldPath: "metadata.labels['mayfly.dev/slot']"}}}
                - {name: NS, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
                - {name: U, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
                """, Map.of()).template().process().env())
                .containsExactly(
                        new Env("N", "", Kind.REPLICA_NAME),
                        new Env("S", "", Kind.SLOT),
                        new Env("NS", "shop", Kind.PLAIN),
                        new Env("U", "u", Kind.PLAIN));
    }

    @ParameterizedTest(name = "{2}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            volumes: [{name: v, configMap: {name: none}}]                                | ConfigMap none is not there, which volume 'v' needs: create it in namespace shop | ConfigMapNotFound
            volumes: [{name: v, secret: {secretName: none}}]                             | Secret none is not there                             | SecretNotFound
            volumes: [{name: v, configMap: {name: conf, items: [{key: k, path: p}]}}]    | ConfigMap conf has no key k, which volume 'v' needs  | ConfigMapNotFound
            env: [{name: A, valueFrom: {secretKeyRef: {name: login, key: k}}}]           | Secret login has no key k, which env A needs         | SecretNotFound
            env: [{name: A, valueFrom: {configMapKeyRef: {name: none, key: k}}}]         | ConfigMap none is not there, which env A needs       | ConfigMapNotFound
            envFrom: [{secretRef: {name: none}}]                                         | Secret none is not there, which envFrom needs        | SecretNotFound
            volumes: [{name: v, configMap: {name: conf, items: [{key: page, path: a}, {key: COLOUR, path: a/b}]}}] | or one lies below it | InvalidSpec
            """)
    void missingContentIsReportedWithTheRemedy(String yaml, String message, String reason) {
        assertThatThrownBy(() -> read(yaml, BOTH))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining(message)
                .extracting(e -> ((InvalidSpec) e).failure().reason())
                .isEqualTo(reason);
        assertThat(reader.unchecked(workload(yaml.contains("a/b") ? "" : yaml)).replicas())
                .isOne();
    }

    @Test
    void missingOptionalContentIsSkipped() {
        var template = read("""
                volumes:
                - {name: a, configMap: {name: none, optional: true}}
                - {name: b, secret: {secretName: login, optional: true, items: [{key: k, path: p}]}}
                env: [{name: A, value: kept}, {name: B, valueFrom: {secretKeyRef: {name: login, key: k, optional: true}}}]
                envFrom: [{configMapRef: {name: none, optional: true}}]
                """, BOTH).template();

        assertThat(template.volumes().values()).containsOnly(new Volume.Files(Map.of()));
        assertThat(template.process().env()).containsExactly(new Env("A", "kept"));
    }

    @Test
    void binaryContentCanBeAFileButNoVariable() {
        var binary = Map.of(
                CONF, new Content.Held(Map.of("b", value((byte) 1)), Set.of("b")),
                LOGIN, new Content.Held(Map.of("b", value((byte) -1)), Set.of()));

        assertThat(read("volumes: [{name: v, configMap: {name: conf}}]", binary)
                        .template()
                        .volumes())
                .containsEntry("v", new Volume.Files(Map.of("b", new FileContent(new byte[] {1}, 0644))));
        assertThatThrownBy(() -> read("env: [{name: A, valueFrom: {configMapKeyRef: {name: conf, key: b}}}]", binary))
                .hasMessageContaining("has no key b");
        assertThatThrownBy(() -> read("env: [{name: A, valueFrom: {secretKeyRef: {name: login, key: b}}}]", binary))
                .hasMessageContaining("key b of Secret login is no text");
    }

    @Test
    void filesThatTakeMoreThanTheirRoomAreRefused() {
        var megabyte = Map.of(CONF, held(Map.of("k", "x".repeat(MEBIBYTE))));

        assertThat(read(volumes(1, 8), megabyte).template().volumes()).hasSize(1);
        for (var yaml : List.of(volumes(1, 9), volumes(9, 1), volumes(30, 64))) {
            assertThatThrownBy(() -> read(yaml, megabyte))
                    .isInstanceOf(InvalidSpec.class)
                    .hasMessageContaining("more than 8 MiB or 4096 files in each replica, counted up to volume 'v");
        }
        var many = IntStream.range(0, 1025).boxed().collect(Collectors.toMap(i -> "k" + i, i -> ""));
        assertThatThrownBy(() -> read(volumes(4, 0), Map.of(CONF, held(many))))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining("4096 files");
    }

    @Test
    void filesAndVariablesOfOneKeyShareItsMemory() {
        var content = Content.of(Map.of(CONF, held(Map.of("k", "x".repeat(MEBIBYTE), "v", "x".repeat(100_000)))), KEY);
        var workload = workload(volumes(1, 8) + variables(16, "v"));
        reader.read(workload, content); // which decodes the variable

        assertThat(allocated(() -> reader.read(workload, content)))
                .as("bytes for 8 files of 1 MiB and 16 variables of 100 kB")
                .isLessThan(4 * MEBIBYTE);
    }

    @Test
    void variablesThatNoProgramCanBeStartedWithAreRefusedBeforeTheyAreDecoded() {
        var content = Map.of(CONF, held(Map.of("k", "x".repeat(MEBIBYTE), "v", "x".repeat(100_000))));
        var hostile = workload(variables(250, "k"));

        assertThat(allocated(() -> assertThatThrownBy(() -> reader.read(hostile, Content.of(content, KEY)))
                        .isInstanceOf(InvalidSpec.class)
                        .hasMessageContaining("key k of ConfigMap conf, which env E0 takes, is longer than 128 KiB")))
                .isLessThan(MEBIBYTE);
        assertThatThrownBy(() -> read("envFrom: [{configMapRef: {name: conf}}]", content))
                .hasMessageContaining("key k of ConfigMap conf, which envFrom takes, is longer than 128 KiB");
        assertThatThrownBy(() -> read(variables(250, "v"), content))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining("4096 variables or 2 MiB");
        var many = IntStream.range(0, 1025).boxed().collect(Collectors.toMap(i -> "k" + i, i -> ""));
        assertThatThrownBy(() ->
                        read("envFrom: [" + "{configMapRef: {name: conf}},".repeat(4) + "]", Map.of(CONF, held(many))))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining("4096 variables");
    }

    /** So many volumes with so many files of key k; 0: with all keys. */
    private static String volumes(int count, int items) {
        var paths = IntStream.range(0, items)
                .mapToObj("{key: k, path: p%d}"::formatted)
                .collect(Collectors.joining(",", "items: [", "]"));
        return IntStream.range(0, count)
                .mapToObj(i -> "{name: v%d, configMap: {name: conf%s}}".formatted(i, items == 0 ? "" : ", " + paths))
                .collect(Collectors.joining(",", "volumes: [", "]\n"));
    }

    private static String variables(int count, String key) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{name: E%d, valueFrom: {configMapKeyRef: {name: conf, key: %s}}}".formatted(i, key))
                .collect(Collectors.joining(",", "env: [", "]\n"));
    }

    /** Bytes that the work allocates. */
    private static long allocated(Runnable work) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void onlyUsedContentChangesTheRevision() {
        var yaml = "env: [{name: A, valueFrom: {configMapKeyRef: {name: conf, key: page}}}]";
        var revision = read(yaml, BOTH).revision();

        assertThat(read(yaml, Map.of(CONF, held(Map.of("page", "hello", "other", "changed"))))
                        .revision())
                .isEqualTo(revision);
        assertThat(read(yaml, Map.of(CONF, held(Map.of("page", "changed")))).revision())
                .isNotEqualTo(revision);
        var otherKey = reader.read(workload(yaml), Content.of(BOTH, new byte[] {1}));
        assertThat(otherKey.revision()).isNotEqualTo(revision);
    }

    @Test
    void onlyReferencedKeysAreKept() {
        var sources = ContentReferences.of(workload("""
                volumes: [{name: v, configMap: {name: conf, items: [{key: page, path: p}]}}, {name: s, secret: {secretName: tls}}]
                env: [{name: A, valueFrom: {configMapKeyRef: {name: conf, key: k}}}]
                envFrom: [{secretRef: {name: login}}]
                """));

        assertThat(sources).containsOnlyKeys(CONF, LOGIN, Content.Source.secret("tls"));
        assertThat(sources.get(CONF).test("page")).isTrue();
        assertThat(sources.get(CONF).test("k")).isTrue();
        assertThat(sources.get(CONF).test("other")).isFalse();
        assertThat(sources.get(LOGIN).test("anything")).isTrue();
    }

    @Test
    void noValueIsEverPrinted() {
        var desired = read("""
                volumes: [{name: s, secret: {secretName: login}}]
                env: [{name: A, valueFrom: {secretKeyRef: {name: login, key: password}}}]
                """, BOTH);

        assertThat(desired + " " + Content.of(BOTH, KEY) + " " + BOTH)
                .contains("password")
                .doesNotContain("geheim");
    }

    private Desired read(String template, Map<Content.Source, Content.Held> held) {
        return reader.read(workload(template), Content.of(held, KEY));
    }

    private static EphemeralWorkload workload(String template) {
        var yaml = "metadata: {namespace: shop, name: web, uid: u}\nstatus: {}\nspec:\n  template:\n    image: a\n"
                + template.indent(4);
        return Serialization.unmarshal(yaml, EphemeralWorkload.class);
    }

    private static Content.Held held(Map<String, String> texts) {
        var values = new HashMap<String, Content.Value>();
        texts.forEach((key, text) -> values.put(key, value(text.getBytes(StandardCharsets.UTF_8))));
        return new Content.Held(values, Set.of());
    }

    private static Content.Value value(byte... bytes) {
        return new Content.Value(bytes);
    }

    private static FileContent file(String text, int mode) {
        return new FileContent(text.getBytes(StandardCharsets.UTF_8), mode);
    }
}
