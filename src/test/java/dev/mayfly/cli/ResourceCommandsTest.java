package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.app.MayflyCommand;
import dev.mayfly.operator.cluster.ClusterIdentity;
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

/** Commands about one workload or task, against an API server of fixed answers. */
class ResourceCommandsTest {
    @TempDir
    private Path directory;

    private FakeEngine cluster;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        System.setProperty("kubeconfig", directory.resolve("none").toString());
        cluster = new FakeEngine()
                .answer("/version", "{'major':'1','minor':'34','gitVersion':'v1.34.4'}")
                .answer("/ephemeralworkloads/web", workload(false))
                .answer("/ephemeralworkloads/paused", workload(true))
                .answer("/ephemeraltasks/hello", """
                        {'apiVersion':'mayfly.dev/v1alpha1','kind':'EphemeralTask','metadata':{'name':'hello','namespace':'shop','uid':'t'},
                         'spec':{'suspend':true,'template':{'image':'busybox'}},'status':{'observedGeneration':1}}""")
                .answer("/events", "{'apiVersion':'v1','kind':'EventList','items':[]}")
                .answer("/controllerrevisions", """
                        {'apiVersion':'apps/v1','kind':'ControllerRevisionList','items':[
                         {'metadata':{'name':'web-aaaa-12345678'},'revision':1,'data':{'spec':{'template':{'image':'shop:1'}}}},
                         {'metadata':{'name':'web-bbbb-12345678'},'revision':2,'data':{'spec':{'template':{'image':'shop:2'}}}}]}""");
    }

    @AfterEach
    void stop() {
        System.clearProperty("kubeconfig");
        cluster.close();
    }

    @Test
    void withoutAClusterThereIsNothingToAsk() {
        for (var line : List.of("why web", "rollout status web", "rollout restart web", "run busybox")) {
            assertThat(run(line.split(" "))).as(line).isEqualTo(Exit.FAILED);
        }
        assertThat(err.toString().lines()).hasSize(4).allMatch(line -> line.contains("No cluster is named"));
    }

    @Test
    void whyTellsOfWorkloadsAndTasks() throws IOException {
        assertThat(onCluster("why", "web")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).startsWith("web wants 1 replica of shop:2.");
        out.getBuffer().setLength(0);
        assertThat(onCluster("why", "hello", "--exit-code")).isEqualTo(Exit.FAILED);
        assertThat(out.toString()).contains("It is suspended");
    }

    @Test
    void whyIsADocumentToo() throws IOException {
        assertThat(onCluster("why", "hello", "-o", "yaml")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("wants: hello wants", "holds:\n- \"It is suspended", "toDo:\n- ");
        out.getBuffer().setLength(0);
        assertThat(onCluster("why", "web", "-o", "name")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).isEqualTo("ephemeralworkload/web\n");
    }

    @Test
    void whatIsNotThereIsNamed() throws IOException {
        assertThat(onCluster("why", "task/web", "-n", "shop")).isEqualTo(Exit.FAILED);
        assertThat(onCluster("rollout", "status", "nobody")).isEqualTo(Exit.FAILED);
        assertThat(onCluster("rollout", "status", "task/hello")).isEqualTo(Exit.FAILED);
        assertThat(onCluster("why", "pod/web")).isEqualTo(Exit.FAILED);

        assertThat(err.toString().lines())
                .containsExactly(
                        "mayfly: Namespace shop has no task/web: kubectl get ew,et -A lists what there is",
                        "mayfly: Namespace default has no nobody: kubectl get ew,et -A lists what there is",
                        "mayfly: 'task/hello' is a task: name a workload, as ew/NAME",
                        "mayfly: 'pod/web' names no workload or task: write NAME, ew/NAME or task/NAME");
    }

    @Test
    void withoutAnEngineReplicasThatArePodsAreFoundElsewhere() throws IOException {
        cluster.answer(
                        "/v1alpha1/ephemeralworkloads",
                        list("EphemeralWorkload", workload(false).replace("'status':{", "'status':{'runtime':'Pods',")))
                .answer("/v1alpha1/ephemeraltasks", list("EphemeralTask", ""));

        assertThat(onCluster("ps", "--host", "unix:///run/mayfly/no-engine.sock"))
                .isEqualTo(Exit.FAILED);

        assertThat(err.toString())
                .contains(
                        "No engine answers at unix:///run/mayfly/no-engine.sock",
                        "kubectl get pods --all-namespaces -l mayfly.dev/cluster");
    }

    @Test
    void aRolloutThatIsDoneIsNotWaitedFor() throws IOException {
        assertThat(onCluster("rollout", "status", "ew/web")).isEqualTo(Exit.DONE);

        assertThat(out.toString()).isEqualTo("ephemeralworkload \"web\" successfully rolled out\n");
    }

    @Test
    void theHistoryIsAList() throws IOException {
        assertThat(onCluster("rollout", "history", "web", "-o", "name")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).isEqualTo("revision/1\nrevision/2\n");
        out.getBuffer().setLength(0);
        assertThat(onCluster("rollout", "history", "web", "--revision", "1")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("image: \"shop:1\"");
    }

    @Test
    void undoAndRestartWriteNothingInADryRun() throws IOException {
        assertThat(onCluster("rollout", "undo", "web", "--dry-run")).isEqualTo(Exit.DONE);
        assertThat(onCluster("rollout", "restart", "web", "--dry-run=client")).isEqualTo(Exit.DONE);

        assertThat(out.toString().lines())
                .containsExactly(
                        "ephemeralworkload/web rolled back to revision 1 (dry run)",
                        "ephemeralworkload/web restarted (dry run)");
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void undoAndRestartPatchTheWorkload() throws IOException {
        assertThat(onCluster("rollout", "undo", "web", "--to-revision", "1")).isEqualTo(Exit.DONE);
        assertThat(onCluster("rollout", "restart", "web", "--dry-run=server")).isEqualTo(Exit.DONE);

        assertThat(cluster.writes()).hasSize(2);
        assertThat(cluster.writes().getFirst())
                .startsWith("PATCH ")
                .contains("/ephemeralworkloads/web ", "\"path\":\"/spec/template\"", "shop:1");
        assertThat(cluster.writes().getLast()).contains("dryRun=All", "kubectl.kubernetes.io/restartedAt");
        assertThat(out.toString()).contains("restarted (server dry run)");
    }

    @Test
    void aChangeIsPlannedFromTheReplicasAsTheyAreWithTheirOwnTimes() throws IOException {
        cluster.answer(
                        "/ephemeralworkloads/web",
                        workload(false)
                                .replace("'replicas':1,'paused'", "'replicas':4,'paused'")
                                .replace("'status':{", "'status':{'runtime':'Pods',"))
                .answer("PATCH /ephemeralworkloads/web", changed("shop:3", 4))
                .answer("/pods", list("Pod", pod(7, "12:00:00", "12:00:10") + "," + pod(3, "12:00:01", "12:00:06")));

        assertThat(onCluster("plan", "-f", manifest("spec: {template: {image: 'shop:3'}}")))
                .isEqualTo(Exit.DONE);

        assertThat(cluster.writes()).singleElement().asString().contains("dryRun=All", "force=true", "shop:3");
        assertThat(out.toString())
                .contains(
                        "\"web\": its template changes, so all replicas are replaced", "maxUnavailable 1", "maxSurge 1")
                .contains("Removed in this order: web-7, web-3") // the oldest last
                .contains("By the times of its 2 Pods: started in 10.0s");
    }

    /** A Pod that only shows a container of an engine is made after that ran, and outlives it. */
    @Test
    void podsThatShowContainersTellNoTimes() throws IOException {
        cluster.answer("PATCH /ephemeralworkloads/web", changed("shop:3", 4))
                .answer("/pods", list("Pod", pod(7, "12:00:00", "12:50:00") + "," + pod(3, "12:00:01", "12:00:01")));

        assertThat(onCluster("plan", "-f", manifest("spec: {template: {image: 'shop:3'}}")))
                .isEqualTo(Exit.DONE);

        assertThat(out.toString()).contains("Removed in this order: web-7, web-3", "by the times of a small engine");
    }

    @Test
    void aPlanIsADocumentAndSaysThatNothingIsReplaced() throws IOException {
        cluster.answer("PATCH /ephemeralworkloads/web", changed("shop:2", 3)).answer("/pods", list("Pod", ""));

        assertThat(onCluster("plan", "-f", manifest("spec: {replicas: 3}"), "-o", "json"))
                .isEqualTo(Exit.DONE);

        assertThat(out.toString())
                .contains(
                        "\"templateChanges\" : false",
                        "\"removed\" : [ ]",
                        "\"started\" : 2",
                        "\"measuredStarts\" : 0");
    }

    @Test
    void theManifestsNamespaceIsTheWorkloads() throws IOException {
        cluster.answer(
                        "/namespaces/shop/ephemeralworkloads/web",
                        workload(false).replace("'default'", "'shop'"))
                .answer("PATCH /ephemeralworkloads/web", changed("shop:2", 3))
                .answer("/pods", list("Pod", ""));
        var ofShop = Path.of(manifest("spec: {replicas: 3}"));
        Files.writeString(ofShop, Files.readString(ofShop).replace("{name: web}", "{name: web, namespace: shop}"));

        assertThat(onCluster("plan", "-f", ofShop.toString())).isEqualTo(Exit.DONE);
        assertThat(onCluster("plan", "-f", ofShop.toString(), "-n", "bank")).isEqualTo(Exit.FAILED);

        assertThat(cluster.writes()).singleElement().asString().contains("/namespaces/shop/ephemeralworkloads/web");
        assertThat(err.toString()).contains("The manifest's namespace is 'shop', and --namespace is 'bank'");
    }

    @Test
    void whatCanNotBePlannedIsRefused() throws IOException {
        assertThat(onCluster("plan", "-f", manifest("spec: {replica: 3}"))).isEqualTo(Exit.FAILED);
        assertThat(onCluster(
                        "plan",
                        "-f",
                        Files.writeString(directory.resolve("pod.yaml"), "kind: Pod\n")
                                .toString()))
                .isEqualTo(Exit.FAILED);

        assertThat(err.toString().lines().toList())
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.getFirst()).contains("line 4: spec.replica is no field here"))
                .satisfies(lines -> assertThat(lines.getLast()).contains("is no EphemeralWorkload"));
        assertThat(cluster.writes()).isEmpty();
    }

    private String manifest(String spec) throws IOException {
        return Files.writeString(
                        directory.resolve("changed.yaml"),
                        "apiVersion: mayfly.dev/v1alpha1\nkind: EphemeralWorkload\nmetadata: {name: web}\n" + spec
                                + "\n")
                .toString();
    }

    private static String changed(String image, int replicas) {
        return workload(false)
                .replace("shop:2", image)
                .replace("'replicas':1,'paused'", "'replicas':" + replicas + ",'paused'");
    }

    private static String pod(int slot, String created, String started) {
        return """
                {'metadata':{'name':'web-%1$d','creationTimestamp':'2026-01-01T%2$sZ','labels':{'mayfly.dev/slot':'%1$d'}},
                 'status':{'containerStatuses':[{'name':'main','state':{'running':{'startedAt':'2026-01-01T%3$sZ'}}}],
                  'conditions':[{'type':'Ready','status':'True','lastTransitionTime':'2026-01-01T%3$sZ'}]}}""".formatted(slot, created, started);
    }

    /** It has no revision of its own; the one before it goes on. */
    @Test
    void aChangeThatWasNotTakenUpIsUndoneToWhatRuns() throws IOException {
        cluster.answer(
                "/ephemeralworkloads/web",
                workload(false).replace("'generation':1", "'generation':2").replace("shop:2", "shop:bad"));

        assertThat(onCluster("rollout", "undo", "web")).as(err.toString()).isEqualTo(Exit.DONE);

        assertThat(out.toString()).contains("rolled back to revision 2");
        assertThat(cluster.writes())
                .singleElement()
                .asString()
                .contains("shop:2")
                .doesNotContain("shop:1");
    }

    @Test
    void aPausedWorkloadIsNeitherUndoneNorRestarted() throws IOException {
        assertThat(onCluster("rollout", "undo", "paused")).isEqualTo(Exit.FAILED);
        assertThat(onCluster("rollout", "restart", "paused")).isEqualTo(Exit.FAILED);

        assertThat(err.toString().lines()).hasSize(2).allMatch(line -> line.contains("is paused"));
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void optionsBehindTheImageAreTheCommands() throws IOException {
        assertThat(onCluster("run", "--env", "NOVALUE_IS_SET", "busybox", "sh", "-c", "exit"))
                .isEqualTo(Exit.FAILED);

        assertThat(err.toString())
                .contains("This shell exports no variable NOVALUE_IS_SET")
                .doesNotContain("Unknown");
    }

    @Test
    void theEndOfAnInstallationIsRefusedWhileThereAreResources() throws IOException {
        cluster.answer("/v1alpha1/ephemeralworkloads", list("EphemeralWorkload", workload(false)))
                .answer("/v1alpha1/ephemeraltasks", list("EphemeralTask", ""));

        assertThat(onCluster("drain", "--check")).isEqualTo(Exit.FAILED);

        assertThat(err.toString()).contains("1 resource (EphemeralWorkload default/web)", "kubectl delete ew,et");
        assertThat(cluster.writes()).isEmpty();
    }

    /** Other namespaces may be another installation's. */
    @Test
    void theEndOfAnInstallationOfSomeNamespacesTellsToDeleteWhatIsInThem() throws IOException {
        cluster.answer("/namespaces/default/ephemeralworkloads", list("EphemeralWorkload", workload(false)));

        assertThat(onCluster("drain", "--check", "-n", "default", "-n", "shop")).isEqualTo(Exit.FAILED);

        assertThat(err.toString())
                .contains("try again: kubectl delete ew,et --all -n default; kubectl delete ew,et --all -n shop")
                .doesNotContain("--all-namespaces");
    }

    @Test
    void theEndOfAnInstallationDeletesAndWaits() throws IOException {
        cluster.answer("/v1alpha1/ephemeralworkloads", list("EphemeralWorkload", workload(false)))
                .answer("/v1alpha1/ephemeraltasks", list("EphemeralTask", ""));

        assertThat(onCluster("drain", "--timeout", "0")).isEqualTo(Exit.FAILED);

        assertThat(cluster.writes())
                .singleElement()
                .asString()
                .startsWith("DELETE ")
                .contains("/ephemeralworkloads/web ");
        assertThat(err.toString()).contains("1 resource (EphemeralWorkload default/web) still there");
    }

    @Test
    void anInstallationOfUnknownOrNoResourcesMayEnd() throws IOException {
        cluster.answer("/v1alpha1/ephemeraltasks", list("EphemeralTask", ""));

        assertThat(onCluster("drain", "--check")).isEqualTo(Exit.DONE);

        assertThat(out.toString()).isEqualTo("There is no workload and no task.\n");
    }

    @Test
    void theVirtualNodeOfThatInstallationAloneIsDeleted() throws IOException {
        cluster.answer(
                        "/namespaces/kube-system",
                        "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'kube-system','uid':'u'}}")
                .answer(
                        "/api/v1/nodes",
                        "{'apiVersion':'v1','kind':'NodeList','metadata':{},'items':[{'metadata':{'name':'ours'}}]}")
                .answer("/api/v1/pods", "{'apiVersion':'v1','kind':'PodList','metadata':{},'items':[]}");

        assertThat(onCluster("drain", "--virtual-node", "mayfly")).isEqualTo(Exit.DONE);

        assertThat(cluster.writes()).singleElement().asString().startsWith("DELETE /api/v1/nodes/ours ");
        assertThat(cluster.reads())
                .anyMatch(read -> read.contains("/nodes?") && read.contains(ClusterIdentity.of("u", "mayfly")));
    }

    private static String list(String kind, String items) {
        return "{'apiVersion':'mayfly.dev/v1alpha1','kind':'%sList','metadata':{'resourceVersion':'1'},'items':[%s]}"
                .formatted(kind, items);
    }

    private static String workload(boolean paused) {
        return """
                {'apiVersion':'mayfly.dev/v1alpha1','kind':'EphemeralWorkload',
                 'metadata':{'name':'web','namespace':'default','uid':'12345678-aaaa','generation':1},
                 'spec':{'replicas':1,'paused':%s,'template':{'image':'shop:2'}},
                 'status':{'observedGeneration':1,'replicas':1,'readyReplicas':1,'updatedReplicas':1,'availableReplicas':1,
                  'updateRevision':'bbbb','conditions':[{'type':'Progressing','status':'True','reason':'NewRevisionAvailable'}]}}""".formatted(paused);
    }

    private int onCluster(String... arguments) throws IOException {
        var kubeconfig = Files.writeString(
                directory.resolve("kubeconfig"), """
                        apiVersion: v1
                        kind: Config
                        current-context: fake
                        contexts: [{name: fake, context: {cluster: fake, user: fake}}]
                        clusters: [{name: fake, cluster: {server: "%s"}}]
                        users: [{name: fake, user: {token: abc}}]
                        """.formatted(cluster.address().replace("tcp:", "http:")));
        var all = new ArrayList<>(List.of(arguments));
        var at = arguments[0].equals("rollout") ? 2 : 1;
        all.addAll(at, List.of("--kubeconfig", kubeconfig.toString()));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return MayflyCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
