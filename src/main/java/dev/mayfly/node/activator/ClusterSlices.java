package dev.mayfly.node.activator;

import dev.mayfly.operator.cluster.Informers;
import dev.mayfly.operator.cluster.Lists;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.net.HttpURLConnection;
import java.util.List;
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
                client.services().inAnyNamespace().runnableInformer(0),
                new Changes<>(service -> service.getMetadata().getName(), changed));
        slices = informers.start(
                client.discovery()
                        .v1()
                        .endpointSlices()
                        .inAnyNamespace()
                        .withLabel(ActivatorSlice.MANAGED_BY, ActivatorSlice.MAYFLY)
                        .runnableInformer(0),
                new Changes<>(ClusterSlices::serviceOf, changed));
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
        try {
            if (known.isPresent()) {
                client.resource(new EndpointSliceBuilder(slice)
                                .editMetadata()
                                .withResourceVersion(known.get().getMetadata().getResourceVersion())
                                .endMetadata()
                                .build())
                        .update();
            } else {
                client.resource(slice).create();
            }
        } catch (KubernetesClientException failed) {
            if (known.isEmpty() && failed.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                throw new NameTaken();
            }
            throw failed;
        }
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
