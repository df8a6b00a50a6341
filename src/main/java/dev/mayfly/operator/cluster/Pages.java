package dev.mayfly.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.util.function.Consumer;

/** Lists objects page by page, so that many of them don't take much memory at once. */
public final class Pages {
    private Pages() {}

    /**
     * Calls the consumer for each object that the API server has.
     *
     * @param size objects that are in memory at once
     * @throws KubernetesClientException if it did not answer, perhaps after some of them
     */
    public static <T extends HasMetadata, L extends KubernetesResourceList<T>> void forEach(
            Listable<L> objects, long size, Consumer<T> each) {
        var next = "";
        do {
            var page = objects.list(
                    new ListOptionsBuilder().withLimit(size).withContinue(next).build());
            page.getItems().forEach(each);
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }
}
