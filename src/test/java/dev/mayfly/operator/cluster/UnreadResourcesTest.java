package dev.mayfly.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.Configs;
import dev.mayfly.testing.AnsweringApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.config.dependent.DependentResourceSpec;
import io.javaoperatorsdk.operator.api.config.informer.InformerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An API server with a few resources, and caches that hold them or not. */
class UnreadResourcesTest {
    private static final int PAGE = 20;

    private final List<EphemeralWorkload> existing = new CopyOnWriteArrayList<>();
    private final List<EphemeralWorkload> cached = new CopyOnWriteArrayList<>();
    private final List<Integer> pages = new CopyOnWriteArrayList<>();
    private AnsweringApiServer server;
    private KubernetesClient client;
    private Owners owners;

    @BeforeEach
    void serve() throws IOException {
        server = new AnsweringApiServer(this::list);
        client = server.client();
        owners = new Owners(client, new ClusterIdentity(client, Configs.of(Map.of())));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aCacheThatStaysEmptyIsNeverTrusted() {
        existing.add(workload("shop", "web"));
        var unread = new UnreadResources(owners, caches());

        assertThat(unread.none()).isFalse();
        assertThat(unread.none()).isFalse();
        cached.addAll(existing);
        assertThat(unread.none()).isTrue();
    }

    @Test
    void oneThatIsNotFilledYetIsTrustedOnceItIs() {
        existing.add(workload("shop", "web"));
        existing.add(workload("shop", "jobs"));
        var unread = new UnreadResources(owners, caches());

        assertThat(unread.none()).isFalse();
        cached.add(existing.get(0));
        assertThat(unread.none()).isFalse();
        cached.add(existing.get(1));
        assertThat(unread.none()).isTrue();
    }

    /** {@code while :; do kubectl create …; kubectl delete --wait=false …; done} */
    @Test
    void usersWhoCreateWithoutEndDelayItByOneLook() {
        var unread = new UnreadResources(owners, caches());
        for (var round = 0; round < 10; round++) {
            existing.add(workload("shop", "short-" + round));
            assertThat(unread.none()).as("the cache does not have it yet").isFalse();

            existing.set(round, workload("shop", "next-" + round));
            assertThat(unread.none()).as("it lacks another one").isTrue();
            cached.add(existing.get(round));
        }
    }

    @Test
    void resourcesOfNamespacesThatAreNotWatchedAreNotMissing() {
        existing.add(workload("theirs", "web"));
        existing.add(workload("shop", "web"));
        cached.add(existing.get(1));

        assertThat(owners.missingFrom(caches("shop", "billing"))).isEmpty();

        existing.add(workload("billing", "web"));
        assertThat(owners.missingFrom(caches("shop", "billing")))
                .extracting("namespace")
                .containsExactly("billing");
        assertThat(owners.missingFrom(caches())).hasSize(2);
    }

    @Test
    void namespacesAreWatchedByAllKindsOrByNone() {
        assertThat(caches().watches("shop")).isTrue();
        assertThat(caches("shop").watches("shop")).isTrue();
        assertThat(caches("shop").watches("theirs")).isFalse();
    }

    /** A kind whose controller has not started has no cache at all. */
    @Test
    void withoutACacheAllAreMissing() {
        existing.add(workload("shop", "web"));

        assertThat(owners.missingFrom(new ResourceCaches())).hasSize(1);
    }

    /** Each may have half a megabyte. */
    @Test
    void manyAreReadAFewAtATime() {
        IntStream.range(0, 3 * PAGE).forEach(i -> existing.add(workload("shop", "web-" + i)));

        assertThat(owners.missingFrom(caches())).hasSize(3 * PAGE);
        assertThat(pages).containsExactly(PAGE, PAGE, PAGE);
    }

    /** @param namespaces that are watched; none: all */
    private ResourceCaches caches(String... namespaces) {
        var watched = namespaces.length == 0 ? Constants.DEFAULT_NAMESPACES_SET : Set.of(namespaces);
        var caches = new ResourceCaches();
        caches.of(context(EphemeralWorkload.class, cached, watched));
        caches.of(context(EphemeralTask.class, List.of(), watched));
        return caches;
    }

    private <T extends HasMetadata & Templated> EventSourceContext<T> context(
            Class<T> kind, List<T> cached, Set<String> namespaces) {
        var informers =
                InformerConfiguration.builder(kind).withNamespaces(namespaces).buildForController();
        return new EventSourceContext<>(new Cache<>(cached), new Controller<>(informers), client, kind);
    }

    private static EphemeralWorkload workload(String namespace, String name) {
        var workload = new EphemeralWorkload();
        workload.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(name)
                .withUid(namespace + "-" + name)
                .build());
        return workload;
    }

    /** The token is the number of resources that were answered before. */
    private Map<String, Object> list(AnsweringApiServer.Request asked) {
        var path = asked.path();
        var parameters = Stream.of(asked.query().split("&"))
                .map(parameter -> parameter.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        var token = parameters.getOrDefault("continue", "");
        var from = token.isEmpty() ? 0 : Integer.parseInt(token);
        var all = path.endsWith("/ephemeralworkloads")
                ? existing.stream()
                        .filter(one -> !path.contains("/namespaces/")
                                || path.contains("/" + one.getMetadata().getNamespace() + "/"))
                        .toList()
                : List.<EphemeralWorkload>of();
        var to = Math.min(all.size(), from + Integer.parseInt(parameters.get("limit")));
        if (!all.isEmpty()) {
            pages.add(to - from);
        }
        return Map.of(
                "apiVersion",
                "mayfly.dev/v1alpha1",
                "kind",
                "EphemeralWorkloadList",
                "metadata",
                Map.of("continue", to < all.size() ? Integer.toString(to) : ""),
                "items",
                all.subList(from, to));
    }

    private record Controller<T extends HasMetadata>(InformerConfiguration<T> informers)
            implements ControllerConfiguration<T> {

        @Override
        public InformerConfiguration<T> getInformerConfig() {
            return informers;
        }

        @Override
        public String getAssociatedReconcilerClassName() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ConfigurationService getConfigurationService() {
            throw new UnsupportedOperationException();
        }

        @Override
        public <C> C getConfigurationFor(DependentResourceSpec<?, T, C> spec) {
            throw new UnsupportedOperationException();
        }
    }

    private record Cache<T extends HasMetadata>(List<T> all) implements IndexerResourceCache<T> {

        @Override
        public Stream<T> list(Predicate<T> predicate) {
            return all.stream().filter(predicate);
        }

        @Override
        public Stream<T> list(String namespace, Predicate<T> predicate) {
            return list(one -> one.getMetadata().getNamespace().equals(namespace) && predicate.test(one));
        }

        @Override
        public Optional<T> get(ResourceID id) {
            return all.stream()
                    .filter(one -> ResourceID.fromResource(one).equals(id))
                    .findFirst();
        }

        @Override
        public Stream<ResourceID> keys() {
            return all.stream().map(ResourceID::fromResource);
        }

        @Override
        public List<T> byIndex(String index, String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void addIndexers(Map<String, Function<T, List<String>>> indexers) {
            throw new UnsupportedOperationException();
        }
    }
}
