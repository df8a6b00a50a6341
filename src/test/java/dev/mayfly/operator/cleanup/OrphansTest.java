package dev.mayfly.operator.cleanup;

import static dev.mayfly.core.model.Samples.NOON;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.net.HttpURLConnection.HTTP_OK;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.operator.cleanup.Orphans.OrphanEvents;
import dev.mayfly.operator.cleanup.Orphans.Outcome;
import dev.mayfly.operator.cleanup.Orphans.Result;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.cluster.UnreadResources;
import dev.mayfly.runtime.ContainerRuntime.SharedResources.Unused;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import dev.mayfly.testing.AnsweringApiServer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.runtime.StartupEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An API server that lacks resources whose containers run. */
class OrphansTest {
    private static final Instant CRD = NOON.minusSeconds(3600);
    /** When the resources were created. */
    private static final Instant CREATED = NOON.minusSeconds(60);

    private static final Duration ENOUGH = Duration.ofMinutes(5);

    private final SimulatedRuntime runtime = new SimulatedRuntime(1, NOON, new Requests(1_000_000, 1L << 40));
    private final Runtimes runtimes = new Runtimes(Map.of("Simulated", runtime));
    /** UIDs by path. */
    private final Map<String, String> existing = new ConcurrentHashMap<>();

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final List<OwnerId> forgotten = new ArrayList<>();
    private volatile Instant crdCreated = CRD;
    private volatile boolean crdBeingDeleted;
    private volatile String permission = "0";
    private HttpServer server;
    private KubernetesClient client;
    private DeletedOwners deleted;
    private Orphans orphans;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        client = AnsweringApiServer.clientOf(server);
        var config = Configs.of(Map.of());
        var owners = new Owners(client, new ClusterIdentity(client, config));
        var caches = new ResourceCaches();
        OwnerState memory = forgotten::add;
        deleted = new DeletedOwners(caches, runtimes, config);
        deleted.start(new StartupEvent());
        orphans = new Orphans(
                owners,
                new UnreadResources(owners, caches),
                runtimes,
                deleted,
                new OwnerStates(List.of(memory)),
                new OrphanEvents(client, config, InstantSource.fixed(NOON)),
                config);
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    /** A tenant that creates, deletes and takes off finalizers in a loop. */
    @Test
    void whatReportedDeletionsLeftIsCollectedAtOnceRegardlessOfTheirNumber() {
        var owners = running("evil", 60);
        owners.forEach(owner -> deleted.deleted(resource(owner)));
        requests.set(0);

        orphans.collect(Set.copyOf(owners));

        assertThat(requests)
                .as("one for each owner, and for all together the two CRDs and the cluster")
                .hasValue(60 + 3);
        runtime.advance(ENOUGH);
        assertThat(runtime.owners()).isEmpty();
        assertThat(sweep(Set.of()).result()).isEqualTo(Result.SWEPT);
        assertThat(events).isEmpty();
    }

    @Test
    void theSweepCollectsWhatReportedDeletionsLeftTogetherWithTheirVolumes() {
        var owners = running("evil", 60);
        owners.forEach(owner -> deleted.deleted(resource(owner)));
        var volumes = Set.of(volume("evil", owners.getFirst()), volume("shop", owner("shop", 1)));
        deleted.deleted(resource(owner("shop", 1)));

        var outcome = sweep(volumes);

        runtime.advance(ENOUGH);
        assertThat(runtime.owners()).isEmpty();
        assertThat(outcome).isEqualTo(new Outcome(Result.SWEPT, volumes));
        assertThat(events).isEmpty();
    }

    /** They vanished while no operator watched. */
    @Test
    void manyWithoutAReportHoldTheirNamespaceAndNoOther() {
        running("evil", 60);
        var shop = running("shop", 2);
        var network = network("shop");

        var outcome = sweep(Set.of(network, network("evil"), volume("evil", owner("evil", 1))));

        runtime.advance(ENOUGH);
        assertThat(runtime.owners()).hasSize(60).doesNotContainAnyElementsOf(shop);
        assertThat(outcome).isEqualTo(new Outcome(Result.SWEPT, Set.of(network)));
        assertThat(events)
                .singleElement()
                .asString()
                .contains("OrphansHeld", "60 workloads", "evil/", "mayfly.dev/sweep-orphans=60 ");

        permission = "60";
        assertThat(sweep(Set.of()).result()).isEqualTo(Result.SWEPT);

        runtime.advance(ENOUGH);
        assertThat(runtime.owners()).isEmpty();
    }

    @Test
    void aRestoredEtcdHoldsEverything() {
        running("shop", 3);
        running("billing", 3);
        running("lab", 3);

        var outcome = sweep(Set.of(network("lab"), network("quiet")));

        runtime.advance(ENOUGH);
        assertThat(runtime.owners()).hasSize(9);
        assertThat(outcome).isEqualTo(Outcome.HELD);
    }

    @Test
    void aRestoredEtcdHoldsEverythingAlsoInASingleNamespace() {
        running("default", 6);

        var outcome = sweep(Set.of(network("default"), volume("default", owner("default", 100))));

        runtime.advance(ENOUGH);
        assertThat(runtime.owners()).hasSize(6);
        assertThat(outcome.removable()).isEmpty();
    }

    /** The user takes off the finalizers, so that the CRD goes although the engine does not answer. */
    @Test
    void deletionsByACrdThatIsRemovedAreNoProof() {
        var owners = running("shop", 6);
        owners.forEach(owner -> deleted.deleted(resource(owner)));
        crdBeingDeleted = true;

        orphans.collect(Set.copyOf(owners));
        assertThat(sweep(Set.of())).isEqualTo(Outcome.HELD);

        crdBeingDeleted = false;
        crdCreated = NOON.plusSeconds(60); // made anew
        orphans.collect(Set.copyOf(owners));
        assertThat(sweep(Set.of())).isEqualTo(Outcome.HELD);

        runtime.advance(ENOUGH);
        assertThat(runtime.owners()).hasSize(6);
    }

    /** As with a label selector that it no longer matches. */
    @Test
    void aResourceThatTheApiServerStillHasIsLeftAlone() {
        var web = running("shop", 1).getFirst();
        existing.put(path(web), web.uid());
        deleted.deleted(resource(web));

        orphans.collect(Set.of(web));
        sweep(Set.of());

        runtime.advance(ENOUGH);
        assertThat(runtime.owners()).containsExactly(web);
    }

    @Test
    void aSuccessorOfTheSameNameDoesNotProtectIt() {
        var web = running("shop", 1).getFirst();
        existing.put(path(web), "uid of the successor");
        deleted.deleted(resource(web));

        orphans.collect(Set.of(web));

        runtime.advance(ENOUGH);
        assertThat(runtime.owners()).isEmpty();
    }

    @Test
    void queuedLaunchesOfAnOwnerThatIsGoneAreCancelledEvenIfItsContainersAreHeld() {
        var owners = running("default", 6);
        owners.forEach(owner -> launch(owner, 1));

        sweep(Set.of());

        runtime.advance(ENOUGH);
        assertThat(owners)
                .allSatisfy(owner ->
                        assertThat(runtime.observe(owner, runtime.now()).all()).hasSize(1));
    }

    /** A reconciliation that began before the deletion may end after it. */
    @Test
    void aLaunchOfADeletedOwnerCausesAnotherLook() {
        var web = owner("shop", 1);
        var looks = new ArrayList<OwnerId>();
        deleted.listen(looks::add);
        launch(owner("shop", 2), 0);
        deleted.deleted(resource(web));
        assertThat(looks).containsExactly(web);

        launch(web, 0);
        assertThat(looks).containsExactly(web, web);

        orphans.collect(Set.of(web));
        assertThat(runtime.observe(web, runtime.now()).all()).noneMatch(replica -> replica.phase() == Phase.PENDING);
    }

    @Test
    void aDeletedOwnerWithoutReplicasIsForgotten() {
        var web = running("shop", 1).getFirst();
        deleted.deleted(resource(web));

        orphans.collect(Set.of(web));
        assertThat(forgotten).isEmpty();

        runtime.advance(ENOUGH);
        requests.set(0);
        orphans.collect(Set.of(web));
        assertThat(forgotten).containsExactly(web);
        assertThat(requests).hasValue(0);

        sweep(Set.of());
        assertThat(forgotten)
                .as("again, since a reconciliation may have been under way")
                .containsExactly(web, web);
    }

    @Test
    void aFewWithoutAReportAreCollected() {
        running("shop", 5);

        assertThat(sweep(Set.of()).result()).isEqualTo(Result.SWEPT);

        runtime.advance(ENOUGH);
        assertThat(runtime.owners()).isEmpty();
        assertThat(events).isEmpty();
    }

    private Outcome sweep(Set<Unused> unused) {
        return orphans.sweep(Set::of, unused);
    }

    private List<OwnerId> running(String namespace, int number) {
        var owners = IntStream.range(0, number)
                .mapToObj(index -> owner(namespace, index))
                .toList();
        owners.forEach(owner -> launch(owner, 0));
        runtime.advance(ENOUGH);
        assertThat(owners)
                .allSatisfy(owner -> assertThat(
                                runtime.observe(owner, runtime.now()).all())
                        .extracting("phase")
                        .containsExactly(Phase.RUNNING));
        return owners;
    }

    private void launch(OwnerId owner, int slot) {
        var id = new ReplicaId(owner, slot, 1);
        runtime.launch(new Launch(id, "r1", Samples.template("busybox"), 0, 0, NOON, Priority.SCALE));
    }

    private static OwnerId owner(String namespace, int number) {
        return new OwnerId("EphemeralWorkload", namespace, "web-" + number, namespace + "-" + number);
    }

    private static EphemeralWorkload resource(OwnerId owner) {
        var workload = new EphemeralWorkload();
        workload.setMetadata(new ObjectMetaBuilder()
                .withNamespace(owner.namespace())
                .withName(owner.name())
                .withUid(owner.uid())
                .withCreationTimestamp(CREATED.toString())
                .build());
        return workload;
    }

    private static Unused volume(String namespace, OwnerId maker) {
        return new Unused(namespace + "-data", namespace, NOON, true, Optional.of(maker));
    }

    private static Unused network(String namespace) {
        return new Unused(namespace + "-network", namespace, NOON, false, Optional.empty());
    }

    private static String path(OwnerId owner) {
        return "/apis/mayfly.dev/v1alpha1/namespaces/" + owner.namespace() + "/ephemeralworkloads/" + owner.name();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        var path = exchange.getRequestURI().getPath();
        var body = exchange.getRequestMethod().equals("POST")
                ? event(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                : found(path);
        var json = body.orElse("{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"code\": 404}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(body.isPresent() ? HTTP_OK : HTTP_NOT_FOUND, json.length);
        exchange.getResponseBody().write(json);
        exchange.close();
    }

    private Optional<String> event(String posted) {
        events.add(posted);
        return Optional.of(posted);
    }

    private Optional<String> found(String path) {
        if (path.equals("/api/v1/namespaces/kube-system")) {
            return Optional.of("""
                    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system", "uid": "cluster"}}""");
        }
        if (path.startsWith("/api/v1/namespaces/")) {
            return Optional.of("""
                    {"apiVersion": "v1", "kind": "Namespace",
                     "metadata": {"annotations": {"mayfly.dev/sweep-orphans": "%s"}}}""".formatted(permission));
        }
        if (path.startsWith("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/")) {
            return Optional.of(
                    """
                    {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                     "metadata": {"creationTimestamp": "%s"%s}}""".formatted(crdCreated, crdBeingDeleted ? ", \"deletionTimestamp\": \"" + NOON + "\"" : ""));
        }
        if (path.endsWith("/ephemeralworkloads") || path.endsWith("/ephemeraltasks")) {
            return Optional.of("""
                    {"apiVersion": "mayfly.dev/v1alpha1", "kind": "List", "metadata": {}, "items": []}""");
        }
        return Optional.ofNullable(existing.get(path)).map(uid -> """
                    {"apiVersion": "mayfly.dev/v1alpha1", "kind": "EphemeralWorkload", "metadata": {"uid": "%s"}}""".formatted(uid));
    }
}
