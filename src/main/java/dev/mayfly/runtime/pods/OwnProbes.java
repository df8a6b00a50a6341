package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.runtime.support.ReplicaProbes;
import java.util.Optional;

/**
 * The probes that the operator runs itself: liveness. The kubelet would kill an unhealthy container at once, all of a
 * workload's at a time and without a word in the Pod's status; here the planner replaces it, within the budgets and with
 * the reason. Startup and readiness are the kubelet's, whose results Services go by.
 */
final class OwnProbes {
    private OwnProbes() {}

    /** @param reachesPods true if the operator is in the network of the Pods */
    static Probes of(Launch launch, boolean reachesPods) {
        var liveness = ReplicaProbes.of(launch).liveness().filter(probe -> isOwn(probe, reachesPods));
        return new Probes(Optional.empty(), Optional.empty(), liveness);
    }

    /** False for a liveness probe that is left to the kubelet, since it needs the network of the Pods. */
    static boolean isOwn(Probe liveness, boolean reachesPods) {
        return reachesPods || liveness.check() instanceof Probe.Exec;
    }
}
