package dev.mayfly.runtime.support;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Usage;
import dev.mayfly.runtime.ContainerRuntime.Capacity.Used;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Sums over all workloads, kept as they change: a thousand workloads ask for them at every reconciliation. */
final class UsedCapacity {
    private final Map<OwnerId, Usage> owners = new HashMap<>();
    private final Map<String, Usage> namespaces = new HashMap<>();
    private Usage everywhere = Usage.NONE;

    /** Called for one change of an owner at a time. @param now what its replicas hold from now on */
    synchronized void changed(OwnerId owner, Usage now) {
        var before = replace(owners, owner, now);
        if (!now.equals(before)) {
            everywhere = everywhere.plus(now).minus(before);
            var namespace = namespaces.getOrDefault(owner.namespace(), Usage.NONE);
            replace(namespaces, owner.namespace(), namespace.plus(now).minus(before));
        }
    }

    private static <K> Usage replace(Map<K, Usage> all, K key, Usage now) {
        var before = now.equals(Usage.NONE) ? all.remove(key) : all.put(key, now);
        return before == null ? Usage.NONE : before;
    }

    /** The capacity that all others than {@code without} hold, at one moment. */
    synchronized Used except(Set<OwnerId> without, String namespace) {
        var all = everywhere;
        var near = namespaces.getOrDefault(namespace, Usage.NONE);
        for (var owner : without) {
            var own = owners.getOrDefault(owner, Usage.NONE);
            all = all.minus(own);
            near = owner.namespace().equals(namespace) ? near.minus(own) : near;
        }
        return new Used(all, near);
    }
}
