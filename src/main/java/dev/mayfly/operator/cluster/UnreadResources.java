package dev.mayfly.operator.cluster;

import dev.mayfly.core.model.OwnerId;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Resources that the API server has and the caches lack. A cache may be empty though it is said to be filled: the framework
 * goes on when the first list fails. But while resources are created and deleted, a cache also lacks some of them for a
 * moment, and users who never cease to do so must not stop the sweep. So one that it lacks counts as unread only if it
 * lacks it twice in a row.
 */
@ApplicationScoped
public class UnreadResources {
    private static final Logger LOG = Logger.getLogger(UnreadResources.class);

    private final Owners owners;
    private final ResourceCaches caches;
    /** Missing at the last look, which therefore decided nothing; empty if it decided. Used by the sweeper's thread only. */
    private Set<OwnerId> suspects = Set.of();

    public UnreadResources(Owners owners, ResourceCaches caches) {
        this.owners = owners;
        this.caches = caches;
    }

    /**
     * False if the caches lack resources, or may do so: then it is to be asked again, after as long as a cache may lag.
     *
     * @throws KubernetesClientException if the API server did not answer
     */
    public boolean none() {
        var missing = owners.missingFrom(caches);
        var unread = new HashSet<>(missing);
        unread.retainAll(suspects);
        unread.stream()
                .findFirst()
                .ifPresent(one -> LOG.warnf(
                        "Nothing is swept, since the operator has not read %d resources that the API server has, such as %s"
                                + " %s/%s. If this is repeated, restart the operator.",
                        unread.size(), one.kind(), one.namespace(), one.name()));
        var none = missing.isEmpty() || !suspects.isEmpty() && unread.isEmpty();
        suspects = none ? Set.of() : missing;
        return none;
    }
}
