package dev.mayfly.runtime.docker.network;

import dev.mayfly.host.Host;
import dev.mayfly.host.PacketFilter;
import dev.mayfly.runtime.ContainerAccess.EgressState;
import dev.mayfly.runtime.ContainerAccess.EgressState.Status;
import dev.mayfly.runtime.docker.engine.EngineSettings.Egress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Closes the way of replicas to the host's ports and to link-local addresses, where it may. Where it may not, replicas start
 * all the same: {@link #state} says why, and so does the log, once.
 */
public final class EgressGuard {
    private static final Logger LOG = Logger.getLogger(EgressGuard.class);
    /** The default network has containers of others, whose way to the host is not ours to close. */
    private static final EgressState BRIDGE_ALLOWED =
            EgressState.open("those with network: Bridge do, which mayfly.network.bridge-allowed allows");

    private final Egress settings;
    private final EgressRules rules;
    private final Optional<PacketFilter> filter;
    /** Of two changes the later one knows all bridges. */
    private final ReentrantLock changing = new ReentrantLock();

    private volatile EgressState state = EgressState.UNKNOWN;

    /**
     * @param installation ID of the cluster and installation
     * @param filter that of the engine's host; empty if the operator does not run there, or not as root
     */
    public EgressGuard(String installation, Egress settings, Optional<PacketFilter> filter) {
        this.settings = settings;
        this.rules = new EgressRules(installation, settings.allowed());
        this.filter = filter;
    }

    /** Whether replicas reached the host's ports and link-local addresses at the last look. */
    public EgressState state() {
        return state;
    }

    /** Makes the rules those for these bridges; with none, removes them. @param bridges may ask the engine */
    void close(Supplier<? extends Collection<String>> bridges) {
        changing.lock();
        try {
            note(
                    filter.isPresent()
                            ? close(filter.get(), bridges)
                            : EgressState.open("the operator does not run as root on the engine's host"));
        } catch (Host.Refused refused) {
            note(EgressState.open(refused.getMessage()));
        } finally {
            changing.unlock();
        }
    }

    private EgressState close(PacketFilter own, Supplier<? extends Collection<String>> bridges) {
        var concerned = settings.closed() ? bridges.get() : List.<String>of();
        var changes = rules.changes(own.rules(), concerned);
        if (!changes.isEmpty()) {
            own.change(changes);
        }
        if (!settings.closed()) {
            return EgressState.open("mayfly.egress.closed is false");
        }
        return concerned.stream()
                .filter(bridge -> !own.sees(bridge))
                .filter(bridge -> bridges.get().contains(bridge)) // else it was removed meanwhile
                .findFirst()
                .map(bridge -> EgressState.open("the engine's network " + bridge
                        + " is not in the operator's network namespace: run it in the host's"))
                .orElse(settings.bridge() ? BRIDGE_ALLOWED : EgressState.CLOSED);
    }

    private void note(EgressState now) {
        if (now.equals(state)) {
            return;
        }
        state = now;
        if (now.status() == Status.OPEN) {
            LOG.warnf("Replicas reach the ports of the engine's host and 169.254.0.0/16: %s", now.reason());
        } else {
            LOG.info("Replicas don't reach the ports of the engine's host and 169.254.0.0/16");
        }
    }
}
