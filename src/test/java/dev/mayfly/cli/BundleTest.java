package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.app.MayflyCommand;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mayfly bundle}, against an API server and an engine of fixed answers in which secrets are planted. */
class BundleTest {
    private static final String PASSWORD = "pl4nted-password";
    private static final String REGISTRY = "pl4nted-registry";
    private static final String KEY = "pl4ntedFirstLine\npl4ntedSecondLine\n";
    private static final String AUTH = encoded("robot:" + REGISTRY);
    private static final String DOCKER = "{\"auths\":{\"r.example\":{\"auth\":\"" + AUTH + "\"}}}";

    @TempDir
    private Path directory;

    private FakeEngine cluster;
    private FakeEngine engine;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void plant() throws IOException {
        System.setProperty("kubeconfig", directory.resolve("none").toString());
        cluster = new FakeEngine()
                .answer("/version", "{'major':'1','minor':'34','gitVersion':'v1.34.4'}")
                .answer("/ephemeralworkloads", """
                        {'items':[{'metadata':{'name':'web','namespace':'shop','managedFields':[{'f':'pl4nted-managed'}],
                          'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'x pl4nted-applied x','mayfly.dev/note':'kept'}},
                         'spec':{'replicas':3,'template':{'image':'shop:1','command':['serve','--key=pl4nted-command'],'args':['pl4nted-arg'],
                          'env':[{'name':'LITERAL','value':'pl4nted-literal'},{'name':'DB','valueFrom':{'secretKeyRef':{'name':'db','key':'p'}}}],
                          'envFrom':[{'secretRef':{'name':'db'}}],'imagePullSecrets':[{'name':'pull'}],
                          'readinessProbe':{'httpGet':{'httpHeaders':[{'name':'Authorization','value':'Basic pl4nted-header'}]}},
                          'volumes':[{'name':'k','secret':{'secretName':'tls'}}]}},
                         'status':{'readyReplicas':2,
                          'lastTerminations':[{'reason':'Error','message':'said pl4nted-output'}],
                          'conditions':[{'type':'Ready','status':'False','reason':'CrashLoopBackOff','message':'it said %s twice. Its last output:\\n pl4nted-line'}]}}]}
                        """.formatted(PASSWORD))
                .answer("/ephemeraltasks", "{'items':[]}")
                .answer("/events", """
                        {'items':[{'reason':'Failed','message':'%s and --key=pl4nted-command and https://me:pl4nted-url@git.example/x'}]}
                        """.formatted(PASSWORD))
                .answer("/secrets/db", secret("p", PASSWORD))
                .answer("/secrets/tls", secret("key", KEY))
                .answer("/secrets/pull", secret(".dockerconfigjson", DOCKER))
                .answer("/nodes", "{'items':[{'metadata':{'name':'mayfly-host'}}]}")
                .answer("/pods", "{'items':[{'metadata':{'name':'mayfly-0'}}]}")
                .answer("/nodes/mayfly-host/proxy/metrics", "mayfly_replicas 3")
                .answer(
                        "/pods/mayfly-0/log",
                        "WARN login " + REGISTRY + " " + AUTH
                                + " pl4ntedSecondLine token=pl4nted-token; Bearer pl4nted-bearer");
        engine = new FakeEngine()
                .answer("/version", "{'ApiVersion':'1.41','Version':'20.10.24'}")
                .answer("/info", "{'Driver':'overlay2','HttpProxy':'http://u:pl4nted-proxy@p'}")
                .answer("/containers/json", """
                        [{'Id':'c1','Image':'shop:1','State':'running','Status':'Up','Created':1,'Command':'serve pl4nted-command',
                          'Labels':{'mayfly.dev/cluster':'c','mayfly.dev/name':'web','mayfly.dev/pre-stop':'pl4nted-hook'}}]""");
    }

    @AfterEach
    void stop() {
        System.clearProperty("kubeconfig");
        cluster.close();
        engine.close();
    }

    @Test
    void noPlantedSecretStandsInTheBundle() throws IOException {
        assertThat(bundle()).as(err.toString()).isEqualTo(Exit.DONE);

        var all = String.join("\n", files().values());
        assertThat(all)
                .doesNotContain("pl4nted", PASSWORD, REGISTRY, AUTH, encoded(PASSWORD), encoded(KEY), encoded(DOCKER));
        assertThat(cluster.writes()).isEmpty();
        assertThat(engine.writes()).isEmpty();
    }

    @Test
    void whatSupportNeedsIsThere() throws IOException {
        bundle(
                "--log",
                Files.writeString(directory.resolve("operator.log"), "INFO started")
                        .toString());

        var files = files();
        assertThat(files.get("cluster/ephemeralworkloads.yaml"))
                .contains(
                        "name: LITERAL",
                        "image: shop:1",
                        "- serve",
                        "it said <redacted> twice. Its last output:",
                        "mayfly.dev/note: kept");
        assertThat(files.get("cluster/events-ephemeralworkload.yaml")).contains("https://<redacted>@git.example/x");
        assertThat(files.get("engine.yaml")).contains("Version: 20.10.24", "running: 1", "name: web");
        assertThat(files.get("counts.yaml")).contains("readyReplicas: 2", "Ready=False CrashLoopBackOff: 1");
        assertThat(files.get("log/mayfly-0.log")).startsWith("WARN login <redacted>");
        assertThat(files.get("log/metrics-mayfly-host.txt")).isEqualTo("mayfly_replicas 3");
        assertThat(files.get("log/operator.log")).isEqualTo("INFO started");
        assertThat(files.get("versions.yaml")).contains("mayfly: mayfly ");
        assertThat(files.get("omitted.txt"))
                .contains("imagepolicies: the cluster has none")
                .doesNotContain("log");
    }

    @Test
    void messagesAndLogsAreLeftOutIfASecretCanNotBeRead() throws IOException {
        cluster.refuse("/secrets/db");
        assertThat(bundle()).isEqualTo(Exit.DONE);

        var files = files();
        assertThat(String.join("\n", files.values())).doesNotContain(PASSWORD);
        assertThat(files.get("log/mayfly-0.log")).isEqualTo("<redacted>");
        assertThat(files.get("cluster/ephemeralworkloads.yaml"))
                .contains("reason: CrashLoopBackOff", "message: <redacted>");
        assertThat(files.get("omitted.txt")).contains("Secret shop/db can't be read");
    }

    @Test
    void aBundleOfOneNamespaceHasNothingThatQuotesOthers() throws IOException {
        assertThat(bundle("-n", "shop")).isEqualTo(Exit.DONE);

        var files = files();
        assertThat(files)
                .containsKeys("cluster/ephemeralworkloads.yaml", "cluster/events-ephemeralworkload.yaml")
                .doesNotContainKeys("log/mayfly-0.log", "cluster/events-operator.yaml");
        assertThat(files.get("omitted.txt")).contains("events-operator and log: they are about all namespaces");

        var log = Files.writeString(directory.resolve("operator.log"), "INFO started");
        assertThat(bundle("-n", "shop", "--log", log.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--log is about all namespaces: leave out --namespace or --log");
    }

    @Test
    void aListWithoutEndIsCut() throws IOException {
        cluster.answer("/nodes", "{'items':[{'metadata':{'name':'other-host'}}]}")
                .answer("/imagepolicies", "{'metadata':{'continue':'more'},'items':[{'metadata':{'name':'one'}}]}");
        assertThat(bundle()).isEqualTo(Exit.DONE);

        assertThat(files().get("omitted.txt"))
                .contains("imagepolicies: only the first 50 are here", "metrics-other-host.txt: the cluster has none");
    }

    @Test
    void onlyItsOwnerReadsTheFileAndNoFileIsOverwritten() throws IOException {
        assertThat(bundle()).isEqualTo(Exit.DONE);
        assertThat(Files.getPosixFilePermissions(file()))
                .isEqualTo(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

        assertThat(bundle()).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("exists: name another file with --file");
    }

    private int bundle(String... more) throws IOException {
        var kubeconfig = Files.writeString(
                directory.resolve("kubeconfig"), """
                        apiVersion: v1
                        kind: Config
                        current-context: fake
                        contexts: [{name: fake, context: {cluster: fake, user: fake}}]
                        clusters: [{name: fake, cluster: {server: "%s"}}]
                        users: [{name: fake, user: {token: abc}}]
                        """.formatted(cluster.address().replace("tcp:", "http:")));
        var arguments = new ArrayList<>(List.of(
                "bundle", "--kubeconfig", kubeconfig.toString(), "-H", engine.address(), "-f", file().toString()));
        arguments.addAll(List.of(more));
        return MayflyCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private Path file() {
        return directory.resolve("bundle.tar.gz");
    }

    /** Content by name, without the directory that is named by the time. */
    private Map<String, String> files() throws IOException {
        var files = new LinkedHashMap<String, String>();
        try (var tar =
                new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file()))))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.put(
                        entry.getName().substring(entry.getName().indexOf('/') + 1),
                        new String(tar.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    private static String secret(String key, String value) {
        return "{'data':{'" + key + "':'" + encoded(value) + "'}}";
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
