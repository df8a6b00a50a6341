package dev.mayfly.node.mirror;

import dev.mayfly.core.model.Text;
import dev.mayfly.operator.cluster.Informers;
import dev.mayfly.podspec.PodDeletion;
import dev.mayfly.podspec.TrimmedStore;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The Pods of our node on the API server. */
final class ClusterPods implements PodStore {
    private static final String FIELD = "spec.nodeName";
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final int TOO_MANY_REQUESTS = 429;
    /** Characters of a refusal that are shown. */
    private static final int WORDS = 500;
    /** The API server did not take the request for what it is; the next one may succeed. */
    private static final Set<Integer> PASSING = Set.of(
            HttpURLConnection.HTTP_UNAUTHORIZED,
            HttpURLConnection.HTTP_NOT_FOUND,
            HttpURLConnection.HTTP_CLIENT_TIMEOUT,
            HttpURLConnection.HTTP_CONFLICT,
            TOO_MANY_REQUESTS);

    private static final int UNPROCESSABLE = 422;
    /** More labels than a mirror has, so that a selector of as many selects none. */
    private static final int MOST_LABELS = 256;

    private final KubernetesClient client;
    /** Selectors of Services, by namespace, then name. */
    private final ConcurrentMap<String, Map<String, Map<String, String>>> selectors = new ConcurrentHashMap<>();

    private final Informers informers = new Informers();

    ClusterPods(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public List<Pod> watch(String node, Listener listener) {
        selectors.clear(); // of a watch that could not begin
        var services = client.services()
                .inAnyNamespace()
                .withLimit(TrimmedStore.PAGE)
                .runnableInformer(0)
                .itemStore(new TrimmedStore<>(ClusterPods::named));
        informers.start(services, new Selectors());
        var pods = client.pods()
                .inAnyNamespace()
                .withField(FIELD, node)
                .withLimit(TrimmedStore.PAGE)
                .runnableInformer(0)
                .itemStore(new TrimmedStore<>(pod -> KeptPod.of(pod, PodStatuses.isMarked(pod))));
        return informers.start(pods, new Pods(listener)).getStore().list();
    }

    /** Its selector is remembered apart. */
    private static Service named(Service service) {
        var metadata = service.getMetadata();
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .withResourceVersion(metadata.getResourceVersion())
                .endMetadata()
                .build();
    }

    @Override
    public Pod create(Pod pod) {
        try {
            return client.resource(pod).create();
        } catch (KubernetesClientException failed) {
            if (failed.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                throw new NameTaken();
            }
            throw refusal(failed);
        }
    }

    @Override
    public Pod writeStatus(Pod pod, PodStatus status) {
        var metadata = pod.getMetadata();
        var patch = Map.of("metadata", Map.of("uid", metadata.getUid()), "status", fields(status));
        try {
            return client.pods()
                    .inNamespace(metadata.getNamespace())
                    .withName(metadata.getName())
                    .subresource("status")
                    .patch(MERGE, client.getKubernetesSerialization().asJson(patch));
        } catch (KubernetesClientException failed) {
            if (isGone(failed)) {
                throw new Gone();
            }
            throw refusal(failed);
        }
    }

    /** A field that a Pod had and has no more is null: a patch keeps those that it does not name. */
    private Map<String, Object> fields(PodStatus status) {
        @SuppressWarnings("unchecked")
        Map<String, Object> fields = client.getKubernetesSerialization().convertValue(status, Map.class);
        fields.putIfAbsent("podIP", null);
        fields.putIfAbsent("podIPs", null);
        return fields;
    }

    /** Grace 0 ends a Pod for good, and the UID keeps a successor of the same name safe. */
    @Override
    public void delete(Pod pod) {
        var metadata = pod.getMetadata();
        try {
            PodDeletion.request(client, metadata.getNamespace(), metadata.getName(), metadata.getUid(), 0);
        } catch (KubernetesClientException failed) {
            if (!isGone(failed)) {
                throw failed;
            }
        }
    }

    private static boolean isGone(KubernetesClientException failed) {
        return failed.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                || failed.getCode() == HttpURLConnection.HTTP_CONFLICT
                || hasAnotherUid(failed);
    }

    /** A patch that names another UID than the Pod's is answered as invalid, not as a conflict. */
    private static boolean hasAnotherUid(KubernetesClientException failed) {
        return failed.getCode() == UNPROCESSABLE
                && failed.getStatus() != null
                && failed.getStatus().getDetails() != null
                && failed.getStatus().getDetails().getCauses().stream()
                        .anyMatch(cause -> "metadata.uid".equals(cause.getField()));
    }

    private static RuntimeException refusal(KubernetesClientException failed) {
        var code = failed.getCode();
        if (code < HttpURLConnection.HTTP_BAD_REQUEST
                || code >= HttpURLConnection.HTTP_INTERNAL_ERROR
                || PASSING.contains(code)) {
            return failed;
        }
        var status = failed.getStatus();
        var words = status == null || status.getMessage() == null ? failed.getMessage() : status.getMessage();
        return new Refused(Text.shortened(Text.escaped(Text.oneLine(words)), WORDS));
    }

    @Override
    public boolean isSelected(Pod pod) {
        var labels = pod.getMetadata().getLabels();
        return labels != null
                && selectors.getOrDefault(pod.getMetadata().getNamespace(), Map.of()).values().stream()
                        .anyMatch(selector -> labels.entrySet().containsAll(selector.entrySet()));
    }

    @Override
    public void close() {
        informers.close();
        selectors.clear();
    }

    private record Pods(Listener listener) implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            listener.seen(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod pod) {
            listener.seen(pod);
        }

        @Override
        public void onDelete(Pod pod, boolean finalStateUnknown) {
            listener.gone(pod, !finalStateUnknown);
        }
    }

    /** Remembers the selectors of Services that have one. */
    private final class Selectors implements ResourceEventHandler<Service> {
        @Override
        public void onAdd(Service service) {
            var selector = service.getSpec() == null ? null : service.getSpec().getSelector();
            if (selector == null || selector.isEmpty() || selector.size() > MOST_LABELS) {
                onDelete(service, false);
            } else {
                selectors
                        .computeIfAbsent(service.getMetadata().getNamespace(), first -> new ConcurrentHashMap<>())
                        .put(service.getMetadata().getName(), Map.copyOf(selector));
            }
        }

        @Override
        public void onUpdate(Service before, Service service) {
            onAdd(service);
        }

        @Override
        public void onDelete(Service service, boolean finalStateUnknown) {
            selectors.computeIfPresent(service.getMetadata().getNamespace(), (namespace, names) -> {
                names.remove(service.getMetadata().getName());
                return names.isEmpty() ? null : names;
            });
        }
    }
}
