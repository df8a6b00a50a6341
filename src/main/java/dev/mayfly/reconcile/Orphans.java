package dev.mayfly.reconcile;

import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Removal;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Replica;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Runtimes;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Containers whose owner vanished without our finalizer. One is collected; many at once look like a CRD that was forced away,
 * an etcd that was restored or a cluster that was swapped, so then nothing is touched until a person says so.
 */
@ApplicationScoped
class Orphans {
    private static final Logger LOG = Logger.getLogger(Orphans.class);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int FEW = 5;
    private static final int TENTH = 10;

    private final Owners owners;
    private final Runtimes runtimes;
    private final OrphanNotice notice;
    private final InstantSource clock = InstantSource.system();

    Orphans(Owners owners, Runtimes runtimes, OrphanNotice notice) {
        this.owners = owners;
        this.runtimes = runtimes;
        this.notice = notice;
    }

    /**
     * @param known UIDs of the owners in the cache: they need not be asked for
     * @return false where the cluster may not be what it was, so that its word about what is unused can't be trusted
     */
    boolean sweep(Set<String> known) {
        if (!owners.sameCluster()) {
            LOG.error("The API server is another cluster than at start. Nothing is removed; restart the operator.");
            return false;
        }
        var trusted = true;
        for (var runtime : runtimes.all()) {
            trusted &= sweep(runtime, known);
        }
        return trusted;
    }

    private boolean sweep(ContainerRuntime runtime, Set<String> known) {
        var all = runtime.owners();
        var missing = all.stream()
                .filter(owner -> !known.contains(owner.uid()))
                .filter(owners::gone)
                .toList();
        if (missing.isEmpty()) {
            notice.clear();
            return true;
        }
        var many = missing.size() > Math.max(FEW, all.size() / TENTH);
        if ((many || crdIsNewer(runtime, missing)) && !notice.allows(missing.size())) {
            notice.held(missing);
            return false;
        }
        missing.forEach(owner -> collect(runtime, owner));
        return true;
    }

    /**
     * No resource is older than its CRD. Containers from before it say that the CRD was made anew, and that their owners were
     * not deleted by anybody who knew of them.
     */
    private boolean crdIsNewer(ContainerRuntime runtime, List<OwnerId> missing) {
        var created = owners.crdCreated();
        return created.isEmpty()
                || missing.stream()
                        .flatMap(
                                owner -> runtime.observe(owner, clock.instant()).all())
                        .map(Replica::since)
                        .anyMatch(created.get()::isAfter);
    }

    private void collect(ContainerRuntime runtime, OwnerId owner) {
        var replicas = runtime.observe(owner, clock.instant())
                .all()
                .filter(replica -> !replica.phase().leaving())
                .toList();
        if (!replicas.isEmpty()) {
            LOG.warnf(
                    "%s %s/%s is gone without its finalizer: removing its %d containers",
                    owner.kind(), owner.namespace(), owner.name(), replicas.size());
            replicas.forEach(replica -> runtime.remove(new Removal(replica.id(), GRACE, Cause.OWNER_DELETED)));
        }
    }
}
