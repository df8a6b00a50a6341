package dev.mayfly.runtime.docker.network;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import com.google.common.util.concurrent.Striped;
import dev.mayfly.runtime.ContainerRuntime.SharedResources.Unused;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.ResourceOwnership;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.runtime.docker.engine.EngineWords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** One bridge network per Kubernetes namespace: its workloads resolve each other by name, others can't reach them. */
public final class NamespaceNetworks {
    private static final Logger LOG = Logger.getLogger(NamespaceNetworks.class);

    /** The engine calls the bridge of a network so, with as many characters of the network's ID. */
    private static final String BRIDGE = "br-";

    private static final int SHORT_ID = 12;
    private static final int MOST_REMOVED = 1_000;

    private final EngineSettings settings;
    private final Supplier<List<String>> routes;
    private final EgressGuard egress;
    private final Set<String> made = ConcurrentHashMap.newKeySet();
    private final Set<String> stuck = ConcurrentHashMap.newKeySet();
    /**
     * IDs of the latest removed networks, until nothing is left of them below the engine's API; the value is the
     * namespace. Bounded: with a remote engine nobody looks for what is left.
     */
    private final Cache<String, String> removed = Caffeine.newBuilder()
            .maximumSize(MOST_REMOVED)
            .executor(Runnable::run)
            .build();
    /** Names of networks whose removal was requested and not attempted yet. */
    private final Set<String> unneeded = ConcurrentHashMap.newKeySet();
    /**
     * Lock per network name: while a namespace's network is created or removed, only launches in that namespace wait.
     * Removals, which reconciliations request, don't wait for it.
     */
    private final Striped<ReadWriteLock> changing = Striped.lazyWeakReadWriteLock(Integer.MAX_VALUE);

    /** @param routes routes of the engine's machine in CIDR notation: subnets must not overlap them */
    public NamespaceNetworks(EngineSettings settings, Supplier<List<String>> routes, EgressGuard egress) {
        this.settings = settings;
        this.routes = routes;
        this.egress = egress;
    }

    String nameOf(String namespace) {
        return ResourceOwnership.network(settings.cluster(), namespace);
    }

    /**
     * Creates a container in the namespace's network, which is created if it does not exist, and is not removed
     * meanwhile: the last workload of the namespace may be deleted at the same time.
     *
     * @param create creates the container; the argument is the network's name
     * @return what {@code create} returns
     */
    public <T> T use(DockerClient engine, String namespace, Function<String, T> create) {
        var name = nameOf(namespace);
        var shared = changing.get(name).readLock();
        while (true) {
            shared.lock();
            try {
                if (made.contains(name)) {
                    return create.apply(name);
                }
            } finally {
                shared.unlock();
            }
            make(engine, namespace, name);
        }
    }

    private void make(DockerClient engine, String namespace, String name) {
        var lock = changing.get(name).writeLock();
        lock.lock();
        try {
            if (!made.contains(name)) {
                if (find(engine, name).isEmpty()) {
                    stuck.remove(name);
                    create(engine, namespace, name);
                }
                guard(engine);
                made.add(name);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Closes the way out of all our networks, again where somebody emptied the machine's packet filter. */
    public void guard(DockerClient engine) {
        egress.close(() -> ours(engine).stream()
                .map(network -> BRIDGE + network.getId().substring(0, SHORT_ID))
                .toList());
    }

    /** Makes the next launch query the engine again. */
    public void forget() {
        made.clear();
    }

    /** Removes the namespace's network if no container is attached or being created in it. */
    public void remove(DockerClient engine, String namespace) {
        find(engine, nameOf(namespace)).ifPresent(network -> remove(engine, network));
    }

    /** Networks of other namespaces that were created before {@code madeBefore}. */
    public Stream<Unused> unused(DockerClient engine, Set<String> namespaces, Instant madeBefore) {
        return ours(engine).stream()
                .map(network -> new Unused(
                        network.getName(),
                        network.getLabels().get(Ownership.NAMESPACE),
                        network.getCreated().toInstant(),
                        false,
                        Optional.empty()))
                .filter(network -> network.created().isBefore(madeBefore))
                .filter(network -> !namespaces.contains(network.namespace()));
    }

    /** Name of the namespace's network if the engine refused to remove it although no container is attached. */
    public Optional<String> stuck(DockerClient engine, String namespace) {
        return find(engine, nameOf(namespace))
                .map(Network::getName)
                .filter(name -> stuck.contains(name) && attached(engine, name).isEmpty());
    }

    /**
     * Waits for no other caller. A removal that is under way is repeated once it is over; a container that is being created needs
     * the network, which is removed with the workload of that container, or by the sweep.
     */
    private void remove(DockerClient engine, Network network) {
        var name = network.getName();
        var lock = changing.get(name).writeLock();
        unneeded.add(name);
        while (unneeded.contains(name) && lock.tryLock()) {
            try {
                if (unneeded.remove(name)) {
                    removeAlone(engine, network);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** The engine would also remove a network in which a container was created and not started yet. */
    private void removeAlone(DockerClient engine, Network network) {
        if (!attached(engine, network.getName()).isEmpty()) {
            return;
        }
        made.remove(network.getName()); // also if the engine does not answer
        try {
            engine.removeNetworkCmd(network.getId()).exec();
            stuck.remove(network.getName());
            removed.put(network.getId(), network.getLabels().get(Ownership.NAMESPACE));
            LOG.infof("Removed network %s: its namespace has no workload any longer", network.getName());
        } catch (NotFoundException gone) {
            stuck.remove(network.getName());
        } catch (DockerException inUse) {
            stays(network, EngineWords.of(inUse));
        }
        guard(engine);
    }

    /** Warns once about a network that can't be removed although no container is attached. */
    private void stays(Network network, String words) {
        if (stuck.add(network.getName())) {
            LOG.warnf(
                    "Network %s can't be removed though no container is attached, since the engine counts endpoints that are"
                            + " gone (moby#42119): %s. A restart of the engine corrects its count.",
                    network.getName(), words);
        }
    }

    /** IDs of removed networks of which something may be left below the engine's API; the value is the namespace. */
    public Map<String, String> removed() {
        return Map.copyOf(removed.asMap());
    }

    /** Nothing is left of these removed networks. */
    public void forgetRemoved(Collection<String> networks) {
        removed.invalidateAll(networks);
    }

    /** IDs of our networks on the engine, with the number of running containers in each. */
    public Map<String, Integer> endpoints(DockerClient engine) {
        var endpoints = new HashMap<String, Integer>();
        for (var network : ours(engine)) {
            try {
                var containers = engine.inspectNetworkCmd()
                        .withNetworkId(network.getId())
                        .exec()
                        .getContainers();
                endpoints.put(network.getId(), containers == null ? 0 : containers.size());
            } catch (NotFoundException gone) {
                // it was removed meanwhile
            }
        }
        return endpoints;
    }

    private static List<Container> attached(DockerClient engine, String network) {
        return engine.listContainersCmd()
                .withShowAll(true)
                .withNetworkFilter(List.of(network))
                .exec();
    }

    private List<Network> ours(DockerClient engine) {
        return engine
                .listNetworksCmd()
                .withFilter("label", List.of(Ownership.CLUSTER + "=" + settings.cluster()))
                .exec()
                .stream()
                .filter(network -> ResourceOwnership.ownerOfNetwork(network.getName(), network.getLabels())
                        .isPresent())
                .toList();
    }

    private Optional<Network> find(DockerClient engine, String name) {
        return ours(engine).stream()
                .filter(network -> network.getName().equals(name))
                .findFirst();
    }

    private void create(DockerClient engine, String namespace, String name) {
        var subnets = Subnets.free(settings.networkPool(), taken(engine));
        DockerException refusal = null;
        while (subnets.hasNext()) {
            try {
                engine.createNetworkCmd()
                        .withName(name)
                        .withDriver("bridge")
                        .withCheckDuplicate(true)
                        .withEnableIpv6(false) // whatever the engine's default: the packet filter's rules are for IPv4
                        .withLabels(Map.of(Ownership.CLUSTER, settings.cluster(), Ownership.NAMESPACE, namespace))
                        .withIpam(new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet(subnets.next())))
                        .exec();
                return;
            } catch (ConflictException duplicate) {
                throw duplicate;
            } catch (DockerException overlap) {
                if (!String.valueOf(overlap.getMessage()).contains("overlap")) {
                    throw overlap;
                }
                refusal = overlap; // another network took the subnet meanwhile
            }
        }
        throw refusal != null
                ? refusal
                : new DockerException(
                        "No free /22 is left in the network pool " + settings.networkPool()
                                + ". Configure a larger mayfly.network.pool, or delete workloads of other namespaces.",
                        500);
    }

    private List<String> taken(DockerClient engine) {
        var taken = new ArrayList<>(routes.get());
        for (var network : engine.listNetworksCmd().exec()) {
            if (network.getIpam() != null && network.getIpam().getConfig() != null) {
                network.getIpam().getConfig().stream()
                        .map(Network.Ipam.Config::getSubnet)
                        .filter(subnet -> subnet != null)
                        .forEach(taken::add);
            }
        }
        return taken;
    }
}
