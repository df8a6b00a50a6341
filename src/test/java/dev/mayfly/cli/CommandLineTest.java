package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.app.MayflyCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines that a user types, and their results. */
class CommandLineTest {
    private static final String WEB = "a".repeat(64);
    private static final String JOB = "b".repeat(64);

    @TempDir
    Path directory;

    private FakeEngine engine;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        System.setProperty("kubeconfig", directory.resolve("none").toString());
        engine = new FakeEngine()
                .answer(
                        "/containers/json",
                        "[{'Id':'%s','Names':['/web'],'SizeRw':1},{'Id':'%s','Names':['/job'],'SizeRw':2}]"
                                .formatted(WEB, JOB))
                .withContainer(WEB, "web")
                .withContainer(JOB, "job")
                .answer("/networks", "[]")
                .answer("/volumes", "{}");
    }

    @AfterEach
    void stop() {
        System.clearProperty("kubeconfig");
        engine.close();
    }

    /** While the engine removes a container, it has no layer any more, and is listed nevertheless. */
    @Test
    void aContainerThatIsBeingRemovedStopsNoScan() {
        engine.fail("/containers/" + JOB + "/changes");
        assertThat(onEngine("scan", "-o", "name")).as("it is there").isEqualTo(Exit.FAILED);

        engine.answer(
                "/containers/" + JOB + "/json",
                "{'Id':'" + JOB + "','Name':'/job','Created':'2026-01-01T00:00:00Z','Image':'sha256:aa',"
                        + "'State':{'Status':'dead','Dead':true},'Config':{'Image':'busybox:1.36'},'HostConfig':{},"
                        + "'Mounts':[]}");
        assertThat(onEngine("scan", "-o", "name")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("web");
    }

    @Test
    void withoutArgumentsTheHelpIsPrinted() {
        assertThat(run()).isEqualTo(Exit.DONE);

        assertThat(out.toString()).startsWith("Runs containers").contains("scan", "operator", "completion");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bogus",
                "bogus",
                "scan --bogus",
                "scan -o xml",
                "scan --filter colour=red",
                "rmi",
                "completion tcsh"
            })
    void aWrongCommandLineIsNamedInOneSentence(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("mayfly: ").contains("See mayfly").doesNotContain("Usage:");
    }

    @Test
    void anUnknownNameDoesNotHideTheOthers() {
        assertThat(onEngine("scan", "-o", "name", "nobody", "web")).isEqualTo(Exit.FAILED);

        assertThat(out.toString()).isEqualTo("container/web\n");
        assertThat(err.toString()).isEqualTo("mayfly: No container is called nobody: docker ps -a lists them\n");
    }

    @Test
    void findingIsFailingOnlyOnRequest() {
        assertThat(onEngine("scan", "-q")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).isEqualTo(JOB.substring(0, 12) + "\n" + WEB.substring(0, 12) + "\n");
        assertThat(onEngine("scan", "--exit-code")).isEqualTo(Exit.FAILED);
        assertThat(onEngine("scan", "--exit-code", "--filter", "name=nobody")).isEqualTo(Exit.DONE);
    }

    @Test
    void filtersOfOneKeyAreAlternativesAndKeysAddUp() {
        onEngine("scan", "-o", "name", "-f", "name=web", "-f", "name=job", "-f", "label=team=shop", "-f", "label=x");
        assertThat(out.toString()).isEqualTo("container/job\ncontainer/web\n");

        out.getBuffer().setLength(0);
        onEngine("scan", "-o", "name", "-f", "name=web", "-f", "wrote=false");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void rowsGoToTheOutputAndWhatPeopleReadToTheErrorOutput() {
        onEngine("scan", "--no-headers", "web");

        assertThat(out.toString()).hasLineCount(1).contains("web", "/srv").doesNotContain("CONTAINER");
        assertThat(err.toString()).contains("Of 1 containers, 1 wrote outside of volumes");
    }

    @Test
    void theDifferenceOfAContainerIsAListOfPaths() {
        assertThat(onEngine("diff", "web", "--no-headers")).isEqualTo(Exit.DONE);
        assertThat(out.toString().strip().replaceAll(" +", " ")).isEqualTo("Added - no /srv/web");
        assertThat(err.toString()).contains("web wrote 1 paths outside of volumes");

        assertThat(onEngine("diff", "web", "-q", "--exit-code")).isEqualTo(Exit.FAILED);
        err.getBuffer().setLength(0);
        assertThat(onEngine("diff", "nobody")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("There is no replica or container nobody");
    }

    @Test
    void aReplicaOfThatNameInAnotherNamespaceIsNotTakenForIt() throws IOException {
        var replica =
                "{'Id':'%s','Names':['/%s'],'State':'running','Created':%d,'Labels':{'mayfly.dev/namespace':'%s','mayfly.dev/name':'web','mayfly.dev/slot':'0'}}";
        engine.answer(
                "/containers/json",
                "[" + replica.formatted(WEB, "mine", 1, "shop") + "," + replica.formatted(JOB, "newer", 2, "blog")
                        + "]");

        assertThat(onEngine("diff", "web-0")).isEqualTo(Exit.FAILED);
        assertThat(err.toString())
                .contains("2 namespaces have a replica web-0, such as blog: name one with --namespace");
        assertThat(onEngine("diff", "web-0", "-n", "shop")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("/srv/web").doesNotContain("/srv/job");

        out.getBuffer().setLength(0);
        Files.writeString(directory.resolve("none"), """
                current-context: a
                contexts: [{name: a, context: {cluster: a, user: a, namespace: shop}}]
                clusters: [{name: a, cluster: {server: "http://127.0.0.1:1"}}]
                users: [{name: a, user: {token: abc}}]
                """);
        assertThat(onEngine("diff", "web-0")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("/srv/web").doesNotContain("/srv/job");
    }

    @Test
    void aContainerThatIsNoReplicaIsNotListedAsOne() {
        assertThat(onEngine("ps", "-a", "-o", "json")).isEqualTo(Exit.DONE);
        assertThat(out.toString().strip()).isEqualTo("[ ]");

        assertThat(onEngine("ps", "web")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("The engine has no running replica of web");
    }

    @Test
    void nothingInANamespaceIsNoFailure() {
        assertThat(onEngine("scan", "-n", "shop", "--exit-code", "-o", "json")).isEqualTo(Exit.DONE);

        assertThat(out.toString().strip()).isEqualTo("[ ]");
    }

    @Test
    void withoutAClusterNoImageIsRemovedUnlessForced() {
        assertThat(onEngine("rmi", "busybox:1.36")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("--force-without-cluster").hasLineCount(1);
    }

    @Test
    void aMissingKubeconfigIsNamed() {
        assertThat(onEngine("rmi", "--kubeconfig", "/nowhere", "busybox:1.36")).isEqualTo(Exit.FAILED);

        assertThat(err.toString()).startsWith("mayfly: '/nowhere' can't be read");
    }

    @Test
    void withoutAClusterNobodyKnowsWhatIsLeft() throws IOException {
        engine.answer("/containers/json", "[]")
                .answer("/volumes", Files.readString(Path.of("src/test/resources/cli/volumes.json")));

        assertThat(onEngine("leftovers", "-o", "name")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).isEqualTo("volume/mayfly_feedfeedfeed_shop_cache\n");
        assertThat(onEngine("leftovers", "--exit-code")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("No cluster was asked");

        err.getBuffer().setLength(0);
        engine.answer("/volumes", "{}");
        assertThat(onEngine("leftovers")).isEqualTo(Exit.DONE);
        assertThat(err.toString()).isEqualTo("Nothing is left over on engine and machine.\n");
    }

    @Test
    void whatIsKeptIsListedWithAllElse() throws IOException {
        engine.answer("/containers/json", "[]")
                .answer("/volumes", Files.readString(Path.of("src/test/resources/cli/volumes.json")));

        assertThat(onEngine("leftovers", "--all", "--no-headers", "-f", "state=kept"))
                .isEqualTo(Exit.DONE);
        assertThat(out.toString()).startsWith("kept ").hasLineCount(1);
    }

    @Test
    void idsOfImagesTakeNoRequestsForTheirLayers() {
        engine.answer("/images/json", "[{'Id':'sha256:%s','RepoTags':['shop:1'],'Size':7,'Created':1}]".formatted(WEB))
                .answer("/containers/json", "[]");

        assertThat(onEngine("images", "-q")).isEqualTo(Exit.DONE); // this engine describes no image

        assertThat(out.toString()).isEqualTo(WEB.substring(0, 12) + "\n");
        assertThat(err.toString()).isEmpty();
    }

    private int onEngine(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--host", engine.address()));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return MayflyCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
