package dev.mayfly.config;

import io.fabric8.kubernetes.api.model.Quantity;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.spi.Converter;

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

    /** Share of the engine that workloads may use. */
    Capacity capacity();

    /** Connection to the engine. */
    Engine engine();

    /** Limits of every replica. */
    Replica replica();

    /** Leader election among operators of the same installation. */
    Lease lease();

    /** Runtimes that workloads may use. */
    interface Runtime {

        /** Runtime of workloads that don't name one: Docker or Simulated. */
        @WithName("default")
        @WithDefault("Docker")
        String byDefault();

        /** Whether workloads may use the runtime Simulated, which keeps replicas only in memory. */
        @WithDefault("false")
        boolean simulatedAllowed();
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
        Map<String, Scanner> scanners();
    }

    /** An external program that checks images. */
    interface Scanner {

        /**
         * The program and its arguments, separated by commas ({@code \,} for a comma in an argument); no shell is
         * involved. {@code {image}} stands for the full name of the image, {@code {digest}} for its name with the
         * registry's digest, {@code {id}} for its content id, {@code {archive}} for a file in the format of
         * {@code docker save}.
         */
        List<String> command();

        /**
         * Output format: {@code sarif}, {@code cyclonedx} (JSON, with vulnerabilities), or {@code exit-code}: any
         * output; the image may run if the exit code is 0.
         */
        String format();

        /**
         * Lowest level of a finding that keeps an image from running. With sarif: none, note, warning or error (the
         * default); with cyclonedx: none, info, low, medium, high (the default) or critical.
         */
        Optional<String> threshold();

        /**
         * Time after which the scanner and its child processes are killed, and the image counts as not passed. A number
         * with a unit.
         */
        @WithDefault("5m")
        Duration timeout();

        /** Names of operator environment variables passed to the scanner besides PATH and HOME, separated by commas. */
        Optional<List<String>> environment();

        /** Time after which an image is scanned again; at once if a policy changed. A number with a unit. */
        @WithDefault("24h")
        Duration maximumAge();
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

    /** Leader election among operators of the same installation. */
    interface Lease {

        /** Name of the Lease in the operator's namespace. */
        @WithDefault("mayfly")
        String name();

        /**
         * Identity under which the operator holds the Lease; an operator that restarts with the same identity continues
         * at once. Unset: the host name.
         */
        Optional<String> identity();

        /**
         * Time after which an operator on another host may take over the Lease of one that vanished. An operator that
         * reaches its engine over the network exits if the API server is unreachable for half of it; one on the engine's
         * host continues. A number with a unit.
         */
        @WithDefault("10m")
        Duration duration();
    }

    /** Reads a Kubernetes quantity, such as {@code 100m} or {@code 256Mi}. */
    public static class QuantityConverter implements Converter<Quantity> {
        private static final long serialVersionUID = 1L;

        @Override
        public Quantity convert(String value) {
            var quantity = Quantity.parse(value);
            quantity.getNumericalAmount();
            return quantity;
        }
    }
}
