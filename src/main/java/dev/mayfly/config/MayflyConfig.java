package dev.mayfly.config;

import io.fabric8.kubernetes.api.model.Quantity;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All settings of the operator. {@code docs/reference/configuration.md} is generated from this file. */
@ConfigMapping(prefix = "mayfly")
public interface MayflyConfig {

    /**
     * Name of this installation. Operators with different names can share one engine and one cluster without touching
     * each other's containers, if each watches namespaces of its own (QUARKUS_OPERATOR_SDK_NAMESPACES).
     */
    @WithDefault("mayfly")
    String installation();

    /** Kubernetes namespace of the operator's own objects, such as its Lease. */
    @WithDefault("mayfly-system")
    String namespace();

    /**
     * Interval of the sweep, which finds what no event reports: containers, networks, volumes and files that no
     * resource owns any more. The first sweep runs when the operator starts.
     */
    @WithDefault("5m")
    Duration sweepInterval();

    /**
     * Minimum age at which the sweep removes containers that never started, networks and volumes. Younger ones may be
     * about to be used.
     */
    @WithDefault("60s")
    Duration creationGrace();

    /** Runtimes that workloads may use. */
    Runtime runtime();

    /**
     * Host directories below which {@code hostPath} volumes may be, separated by commas. {@code <namespace>} stands for
     * the workload's namespace; without it, all namespaces share the directory.
     */
    @WithDefault("/srv/mayfly/<namespace>")
    List<String> hostPathPrefixes();

    /** Restrictions on {@code dockerVolume}s. */
    DockerVolumes dockerVolumes();

    /**
     * Host directories below which the volumes of PersistentVolumeClaims may be, separated by commas.
     * {@code <namespace>} stands for the workload's namespace.
     */
    @WithDefault("/var/lib/rancher/k3s/storage,/opt/local-path-provisioner,/srv/mayfly")
    List<String> claimPrefixes();

    /**
     * Name of the engine host's Kubernetes node, for PersistentVolumeClaims. Unset: the node with this machine's id and
     * boot id, else the host name.
     */
    Optional<String> nodeName();

    /** The virtual node, on which each replica is shown as a Pod. */
    Node node();

    /** The activator, which takes connections in place of workloads that are at zero. */
    ActivatorConfig activator();

    /**
     * Linux capabilities that a replica has unless it drops them, and may add, separated by commas and without
     * {@code CAP_}. The default is Docker's default set without NET_RAW, MKNOD, AUDIT_WRITE, SYS_CHROOT, SETFCAP and
     * SETPCAP.
     */
    @WithDefault("CHOWN,DAC_OVERRIDE,FSETID,FOWNER,SETGID,SETUID,NET_BIND_SERVICE,KILL")
    Set<String> capabilitiesAllowed();

    /** Images of the replicas. */
    Images images();

    /** Networks of the replicas. */
    Network network();

    /** Access of replicas to the engine's host. */
    Egress egress();

    /** Ports of the host that replicas publish. */
    HostPortsConfig hostPorts();

    /** Share of the engine that workloads may use. */
    Capacity capacity();

    /** Connection to the engine. */
    Engine engine();

    /** Limits of every replica. */
    Replica replica();

    /** Leader election among operators of the same installation. */
    Lease lease();

    /** The operator's log. */
    Log log();

    /** Traces of scale-ups. */
    TracingConfig tracing();

    /** The operator's log. */
    interface Log {

        /**
         * Whether each line of the log is a JSON object; its field {@code mdc} has {@code workload}, {@code kind},
         * {@code namespace} and {@code replica}, as far as the line is about one.
         */
        @WithDefault("false")
        boolean json();
    }

    /** Runtimes that workloads may use. */
    interface Runtime {

        /** Runtime of workloads that don't name one: Docker, Pods or Simulated. */
        @WithName("default")
        @WithDefault("Docker")
        String byDefault();

        /** Whether workloads may use the runtime Docker. false: the operator needs no engine, and looks for none. */
        @WithDefault("true")
        boolean dockerAllowed();

        /** Whether workloads may use the runtime Pods, for which the operator needs the right to create Pods. */
        @WithDefault("false")
        boolean podsAllowed();

        /** Whether the operator reaches the network of Pods, as in a Pod of its own: then it probes them itself. */
        @WithDefault("false")
        boolean podsReachable();

        /**
         * Whether the registry of an image is asked for what the image declares before a Pod runs it, so that a VOLUME that
         * nothing covers is refused.
         */
        @WithDefault("true")
        boolean podsImagesChecked();

        /** Whether workloads may use the runtime Simulated, which keeps replicas only in memory. */
        @WithDefault("false")
        boolean simulatedAllowed();

        /**
         * File that says how the runtime Simulated behaves: the part {@code engine} of a scenario of {@code mayfly
         * simulate}. Unset: a machine of 64 CPUs and 256 GiB without faults.
         */
        Optional<Path> simulatedEngine();
    }

    /** Restrictions on {@code dockerVolume}s. */
    interface DockerVolumes {

        /** Volume drivers of the engine that workloads may name, separated by commas. */
        @WithDefault("local")
        Set<String> drivers();

        /**
         * Driver options that workloads may set, separated by commas: {@code name=value}, or {@code name} for any
         * value. Options that would mount a file of the host are always refused.
         */
        Optional<List<String>> options();
    }

    /** Images of the replicas. */
    interface Images {

        /**
         * Interval in seconds at which the registry is asked what an image reference means, for workloads with {@code
         * imagePullPolicy: Always}; varied by up to 10 %. 0: only when a template is changed back to an earlier one.
         */
        @WithDefault("300")
        int checkSeconds();

        /**
         * Maximum number of images that the engine is asked to pull at a time. The workloads of one namespace have about
         * half of them.
         */
        @WithDefault("5")
        int maxParallelPulls();

        /**
         * Seconds without progress after which a pull is abandoned and retried later. The engine reports progress of a
         * large layer every 512 KiB, so a connection slower than 512 KiB in this time counts as stalled.
         */
        @WithDefault("60")
        int pullStallSeconds();

        /** External programs that check images before these may run, by name. */
        Map<String, ScannerConfig> scanners();
    }

    /** Networks of the replicas. */
    interface Network {

        /**
         * Address range (CIDR) from which each Kubernetes namespace's network takes a /22. Parts that overlap a route
         * of the host are left out.
         */
        @WithDefault("10.192.0.0/12")
        String pool();

        /**
         * Whether workloads may use {@code network: Bridge}, on which replicas of all namespaces reach each other.
         */
        @WithDefault("false")
        boolean bridgeAllowed();
    }

    /** Access of replicas to the engine's host. */
    interface Egress {

        /**
         * Whether replicas are kept from the ports of the engine's host and from 169.254.0.0/16, where clouds serve metadata
         * and credentials. Needs {@code iptables} and the capability NET_ADMIN; without them it stays open, and the log and
         * the virtual node's condition {@code ReplicaEgressClosed} say so.
         */
        @WithDefault("true")
        boolean closed();

        /**
         * Destinations that replicas reach nevertheless, separated by commas: {@code host} for all addresses of the engine's
         * host, or an IPv4 address or CIDR block, each also with {@code :port}. The default is the name servers of clouds.
         */
        @WithDefault("169.254.169.253:53,169.254.169.254:53")
        Optional<List<String>> allowed();
    }

    /** Share of the engine that workloads may use. */
    interface Capacity {

        /** Maximum number of replicas of all workloads on the engine. */
        @WithDefault("1000")
        int maxReplicas();

        /** Maximum number of replicas of all workloads in one Kubernetes namespace. */
        @WithDefault("800")
        int maxReplicasPerNamespace();

        /**
         * Maximum share, in percent, of the CPU and memory that replicas can request, for all workloads in one Kubernetes
         * namespace. 100: one namespace can leave nothing to others.
         */
        @WithDefault("80")
        int maxPercentPerNamespace();

        /** CPU of the engine that replicas can't request: a Kubernetes quantity. */
        @WithDefault("100m")
        @WithConverter(QuantityConverter.class)
        Quantity reserveCpu();

        /** Memory of the engine that replicas can't request: a Kubernetes quantity, in bytes. */
        @WithDefault("256Mi")
        @WithConverter(QuantityConverter.class)
        Quantity reserveMemory();
    }

    /** Connection to the engine. */
    interface Engine {

        /**
         * Address of the engine, such as {@code unix:///var/run/docker.sock} or {@code tcp://host:2376}. Unset: the
         * environment variable DOCKER_HOST, else the current Docker context, else the engine's default socket.
         */
        Optional<String> dockerHost();

        /**
         * Directory with {@code ca.pem}, {@code cert.pem} and {@code key.pem}, by which an engine at {@code tcp://} and the
         * operator know each other. Unset: DOCKER_CERT_PATH, if DOCKER_TLS_VERIFY is set.
         */
        Optional<String> certificates();

        /**
         * Timeout of one call to the engine; pulls and stops have timeouts of their own. A number with a unit.
         */
        @WithDefault("60s")
        Duration callTimeout();

        /** Interval of the calls that check whether the engine answers. A number with a unit. */
        @WithDefault("3s")
        Duration pingInterval();

        /** Time without an answer after which the engine counts as unreachable. A number with a unit. */
        @WithDefault("5s")
        Duration pingTimeout();

        /** Maximum number of concurrent calls to the engine; the operator finds the best number up to it. */
        @WithDefault("8")
        int maxConcurrency();

        /**
         * Interval at which all containers of the engine are listed, to find changes that no event reported. A number
         * with a unit.
         */
        @WithDefault("30s")
        Duration resyncInterval();

        /** Maximum number of launches that one workload may have in the engine's queue. */
        @WithDefault("32")
        int launchWindow();
    }

    /** Limits of every replica. */
    interface Replica {

        /** Maximum number of processes and threads of one replica. */
        @WithDefault("512")
        int pidsLimit();

        /** Maximum size of one log file of a replica, in the engine's notation. */
        @WithDefault("10m")
        String logMaxSize();

        /** Number of log files kept for a replica. */
        @WithDefault("2")
        int logMaxFile();
    }

    /** The virtual node, on which each replica is shown as a Pod. */
    interface Node {

        /**
         * Whether the operator registers a virtual node, on which each replica is shown as a Pod. If not, a node of this
         * installation and its Pods are deleted when the operator starts.
         */
        @WithDefault("true")
        boolean enabled();

        /**
         * Name of the virtual node, valid as a label's value. Unset: the installation's name, {@code -} and the
         * identity of the operator's Lease, which is the host name unless set otherwise. Not the name of a real node.
         */
        Optional<String> registeredName();

        /**
         * IP address of this host at which the API server reaches the operator. Unset: the address from which the
         * operator reaches the API server; if that is the loopback address, that of {@code docker0}, else the first
         * private one.
         */
        Optional<String> address();

        /**
         * TCP port of the kubelet's API, 0 to 65535. 0: any free port. Only the API server and callers whom it
         * authorizes get an answer.
         */
        @WithDefault("10350")
        int port();

        /**
         * Number of Pods on the virtual node, 0 or more. Further replicas run without a Pod, but for the first ten of each namespace, or
         * a tenth of this number if that is less; with them there are twice as many Pods at most.
         */
        @WithDefault("500")
        int maxPods();
    }

    /** Leader election among operators of the same installation. */
    interface Lease {

        /** Name of the Lease in the operator's namespace. */
        @WithDefault("mayfly")
        String name();

        /**
         * Identity under which the operator holds the Lease; an operator that restarts with the same identity continues
         * at once. A second one on the same host adds {@code -2}. Unset: the host name.
         */
        Optional<String> identity();

        /**
         * Time after which another operator takes over the Lease of one that vanished. An operator that reaches its engine
         * over the network exits if the API server is unreachable for half of it; any other one continues. A number with a
         * unit. Unset: 10m over the network, else 10s.
         */
        Optional<Duration> duration();
    }
}
