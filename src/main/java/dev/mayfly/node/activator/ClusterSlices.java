package dev.mayfly.node.activator;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.operator.cluster.Informers;
import dev.mayfly.operator.cluster.Lists;
import dev.mayfly.podspec.TrimmedStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Services and EndpointSlices on the API server. */
final class ClusterSlices implements SliceStore {
    private final KubernetesClient client;
    private final Informers informers = new Informers();
    private volatile SharedIndexInformer<Service> services;
    private volatile SharedIndexInformer<EndpointSlice> slices;

    ClusterSlices(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public void watch(BiConsumer<String, String> changed) {
        services = informers.start(
                client.services()
                        .inAnyNamespace()
                        .withLimit(TrimmedStore.PAGE)
                        .runnableInformer(0)
                        .itemStore(new TrimmedStore<>(ClusterSlices::held)),
                new Changes<>(service -> service.getMetadata().getName(), changed));
        slices = informers.start(
                client.discovery()
                        .v1()
                        .endpointSlices()
                        .inAnyNamespace()
                        .withLabel(ActivatorSlice.MANAGED_BY, ActivatorSlice.MAYFLY)
                        .withLimit(TrimmedStore.PAGE)
                        .runnableInformer(0)
                        .itemStore(new TrimmedStore<>(ClusterSlices::held)),
                new Changes<>(ClusterSlices::serviceOf, changed));
    }

    /** Everybody may write Services with thousands of ports. */
    private static Service held(Service service) {
        var ports = service.getSpec().getPorts().stream()
                .limit(ServicePorts.MOST + 1L) // so that one too many shows
                .toList();
        return new ServiceBuilder(service)
                .editMetadata()
                .withAnnotations(Map.of())
                .withManagedFields(List.of())
                .endMetadata()
                .editSpec()
                .withPorts(ports)
                .endSpec()
                .build();
    }

    /** Everybody may write EndpointSlices with that label, a thousand endpoints, and long annotations. */
    private static EndpointSlice held(EndpointSlice slice) {
        return new EndpointSliceBuilder(slice)
                .editMetadata()
                .withAnnotations(Map.of())
                .withManagedFields(List.of())
                .endMetadata()
                .withEndpoints(Lists.orEmpty(slice.getEndpoints()).stream()
                        .limit(ActivatorSlice.ENDPOINTS + 1L) // so that one too many shows
                        .toList())
                .withPorts(Lists.orEmpty(slice.getPorts()).stream()
                        .limit(ServicePorts.MOST + 1L)
                        .toList())
                .build();
    }

    private static String serviceOf(EndpointSlice slice) {
        return slice.getMetadata().getLabels().getOrDefault(ActivatorSlice.SERVICE, "");
    }

    @Override
    public Optional<Service> service(String namespace, String name) {
        return Optional.ofNullable(services.getStore().getByKey(Cache.namespaceKeyFunc(namespace, name)));
    }

    @Override
    public Optional<EndpointSlice> own(String namespace, String name) {
        return Optional.ofNullable(slices.getStore().getByKey(Cache.namespaceKeyFunc(namespace, name)));
    }

    @Override
    public List<EndpointSlice> own() {
        return slices.getStore().list();
    }

    @Override
    public boolean leadsElsewhere(String namespace, String service) {
        return client
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel(ActivatorSlice.SERVICE, service)
                .withLabelNotIn(ActivatorSlice.MANAGED_BY, ActivatorSlice.MAYFLY)
                .list()
                .getItems()
                .stream()
                .flatMap(slice -> Lists.orEmpty(slice.getEndpoints()).stream())
                .anyMatch(endpoint -> endpoint.getConditions() != null
                        && Boolean.TRUE.equals(endpoint.getConditions().getReady()));
    }

    @Override
    public void write(EndpointSlice slice) throws NameTaken {
        var metadata = slice.getMetadata();
        var known = own(metadata.getNamespace(), metadata.getName());
        if (known.isPresent()) {
            update(known.get(), slice);
            return;
        }
        try {
            client.resource(slice).create();
        } catch (KubernetesClientException failed) {
            if (failed.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw failed;
            }
            var there = read(metadata.getNamespace(), metadata.getName()).orElseThrow(() -> failed);
            if (!isOwn(there)) {
                throw new NameTaken();
            }
            update(there, slice); // the watch is late, or an earlier operator's answer was lost
        }
    }

    /** As a list: the operator may read slices in no other way. */
    private Optional<EndpointSlice> read(String namespace, String name) {
        return client
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withField("metadata.name", name)
                .list()
                .getItems()
                .stream()
                .findFirst();
    }

    /** As the watch would show it. */
    private static boolean isOwn(EndpointSlice slice) {
        var labels = requireNonNullElse(slice.getMetadata().getLabels(), Map.<String, String>of());
        return ActivatorSlice.MAYFLY.equals(labels.get(ActivatorSlice.MANAGED_BY));
    }

    private void update(EndpointSlice there, EndpointSlice slice) {
        client.resource(new EndpointSliceBuilder(slice)
                        .editMetadata()
                        .withResourceVersion(there.getMetadata().getResourceVersion())
                        .endMetadata()
                        .build())
                .update();
    }

    @Override
    public void delete(EndpointSlice slice) {
        client.resource(slice).delete();
    }

    @Override
    public void close() {
        informers.close();
    }

    /** Says which Service an object is of. */
    private record Changes<T extends HasMetadata>(Function<T, String> service, BiConsumer<String, String> changed)
            implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            changed.accept(object.getMetadata().getNamespace(), service.apply(object));
        }

        @Override
        public void onUpdate(T before, T object) {
            onAdd(object);
        }

        @Override
        public void onDelete(T object, boolean finalStateUnknown) {
            onAdd(object);
        }
    }
}
