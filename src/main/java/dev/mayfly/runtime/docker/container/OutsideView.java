package dev.mayfly.runtime.docker.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HostConfig;
import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.Ownership.Mark;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds changes that other clients of the engine made to a running container, from the engine's description. Pure. Takes
 * for a change only what no engine shows of an unchanged container: a replica would be replaced again and again.
 */
final class OutsideView {
    /** Network modes without a network of that name. */
    private static final Set<String> WITHOUT_NETWORK = Set.of("", "none", "host", "default");

    private static final String BRIDGE = "bridge";

    private OutsideView() {}

    /**
     * @param limits those that it was created with, see {@link LimitsLabel}
     * @return the change that matters most; empty if the container does not run or none shows
     */
    static Optional<Kind> changed(Mark mark, InspectContainerResponse inspected, List<Long> limits) {
        var state = inspected.getState();
        if (!Boolean.TRUE.equals(state.getRunning())) {
            return Optional.empty();
        }
        var paused = Boolean.TRUE.equals(state.getPaused());
        if (paused && !mark.pooled()) {
            return Optional.of(mark.hold().isPresent() ? Kind.INTERRUPTED : Kind.PAUSED);
        }
        var leftItsNetwork = paused && mark.hold().equals(Optional.of(Hold.Disconnected));
        if (!leftItsNetwork && disconnected(mark, inspected)) {
            return Optional.of(Kind.DISCONNECTED);
        }
        // The engine keeps the end of the last run while the next one lasts.
        if (ContainerSnapshot.instant(state.getFinishedAt()).isPresent()) {
            return Optional.of(Kind.RESTARTED);
        }
        var host = inspected.getHostConfig();
        if (restarts(host) || LimitsLabel.changed(limits, host)) {
            return Optional.of(Kind.UPDATED);
        }
        var settings = inspected.getNetworkSettings();
        if (settings != null && connected(settings.getNetworks())) {
            return Optional.of(Kind.CONNECTED);
        }
        var named = inspected.getName().substring(1).equals(mark.name());
        return named ? Optional.empty() : Optional.of(Kind.RENAMED);
    }

    /** True if a line of the list shows that the container is not just in its network, which an inspection confirms. */
    static boolean elsewhere(Container listed) {
        var host = listed.getHostConfig();
        var settings = listed.getNetworkSettings();
        return settings != null
                && (connected(settings.getNetworks())
                        || host != null && missing(host.getNetworkMode(), settings.getNetworks()));
    }

    /** A replica has one network. */
    private static boolean connected(Map<String, ContainerNetwork> networks) {
        return networks != null && networks.size() > 1;
    }

    /** A container that was connected again has no alias, and is not found under its workload's name. */
    private static boolean disconnected(Mark mark, InspectContainerResponse inspected) {
        var host = inspected.getHostConfig();
        var mode = host == null ? null : host.getNetworkMode();
        var settings = inspected.getNetworkSettings();
        var networks = settings == null ? null : settings.getNetworks();
        if (missing(mode, networks)) {
            return true;
        }
        var own = networks == null || mode == null ? null : networks.get(mode);
        return own != null && !mode.equals(BRIDGE) && !mark.id().owner().isTask() && !named(mark, own.getAliases());
    }

    private static boolean named(Mark mark, List<String> aliases) {
        return aliases == null || aliases.isEmpty() || aliases.contains(Ownership.alias(mark.id(), mark.hold()));
    }

    private static boolean missing(String mode, Map<String, ContainerNetwork> networks) {
        if (mode == null || networks == null || WITHOUT_NETWORK.contains(mode) || mode.startsWith("container:")) {
            return false;
        }
        return networks.isEmpty() || !mode.equals(BRIDGE) && !networks.containsKey(mode);
    }

    private static boolean restarts(HostConfig host) {
        var policy = host == null || host.getRestartPolicy() == null
                ? null
                : host.getRestartPolicy().getName();
        return policy != null && !policy.isEmpty() && !policy.equals("no");
    }
}
