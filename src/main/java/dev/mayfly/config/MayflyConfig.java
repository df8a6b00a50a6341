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

/** All settings of the operator. {@code docs/configuration.md} is made from this file. */
@ConfigMapping(prefix = "mayfly")
public interface MayflyConfig {

    /**
     * Name of this installation. Operators with different names can share one engine and cluster without touching each
     * other's containers, as long as each watches namespaces of its own (QUARKUS_OPERATOR_SDK_NAMESPACES).
     */
    @WithDefault("mayfly")
    String installation();

    /** Kubernetes namespace that holds the operator's own objects, such as its Lease. */
    @WithDefault("mayfly-system")
    String namespace();

    /**
     * Time between two looks for what no event tells: containers, networks, volumes and files that nobody owns any longer.
     * The first is at the operator's start.
     */
    @WithDefault("5m")
    Duration sweepInterval();

    /** Age below which such a look leaves containers that never started, networks and volumes alone: somebody may just be making use of them. */
    @WithDefault("60s")
    Duration creationGrace();

    /** Which runtimes workloads may use. */
    Runtime runtime();

    /**
     * Directories of the host below which {@code hostPath} volumes may lie, separated by commas. {@code <namespace>}
     * stands for the workload's namespace; without it, all namespaces share what is there.
     */
    @WithDefault("/srv/mayfly/<namespace>")
    List<String> hostPathPrefixes();

    /** What a {@code dockerVolume} may be made of. */
    DockerVolumes dockerVolumes();

    /**
     * Directories of the host below which the volumes of PersistentVolumeClaims may lie, separated by commas. {@code
     * <namespace>} stands for the workload's namespace.
     */
    @WithDefault("/var/lib/rancher/k3s/storage,/opt/local-path-provisioner,/srv/mayfly")
    List<String> claimPrefixes();

    /**
     * Name of the Kubernetes node that the engine's host is, for PersistentVolumeClaims. Unset: the node that has this
     * machine's id and kernel, else the host's name.
     */
    Optional<String> nodeName();

    /**
     * Linux capabilities that a replica has unless it drops them, and may add, separated by commas, without {@code
     * CAP_}. The default is Docker's own set without NET_RAW, MKNOD, AUDIT_WRITE, SYS_CHROOT, SETFCAP and SETPCAP.
     */
    @WithDefault("CHOWN,DAC_OVERRIDE,FSETID,FOWNER,SETGID,SETUID,NET_BIND_SERVICE,KILL")
    Set<String> capabilitiesAllowed();

    /** The images that replicas run. */
    Images images();

    /** Networks of the replicas. */
    Network network();

    /** How much of the engine workloads may use. */
    Capacity capacity();

    /** How the operator talks to the engine. */
    Engine engine();

    /** Limits of every replica. */
    Replica replica();

    /** Leadership among operators of the same installation. */
    Lease lease();

    /** Which runtimes workloads may use. */
    interface Runtime {

        /** Runtime of workloads that don't name one: Docker or Simulated. */
        @WithName("default")
        @WithDefault("Docker")
        String byDefault();

        /** Whether workloads may use the runtime Simulated, which keeps replicas in memory only. */
        @WithDefault("false")
        boolean simulatedAllowed();
    }

    /** What a {@code dockerVolume} may be made of. */
    interface DockerVolumes {

        /** Volume drivers of the engine that workloads may name, separated by commas. */
        @WithDefault("local")
        Set<String> drivers();

        /**
         * Driver options that workloads may give, separated by commas: {@code name=value}, or {@code name} for any value.
         * What would mount a file of the host is refused in any case.
         */
        Optional<List<String>> options();
    }

    /** The images that replicas run. */
    interface Images {

        /**
         * Seconds between two look-ups of what an image reference means in its registry, for workloads with {@code
         * imagePullPolicy: Always}, give or take a tenth; 0: never, except when a template is changed back.
         */
        @WithDefault("300")
        int checkSeconds();

        /** Largest number of images that the engine is asked to pull at a time. */
        @WithDefault("3")
        int maxParallelPulls();

        /**
         * Seconds for which a pull may stand still before it is given up and tried again later. The engine tells of a
         * large layer every 512 KiB, so a slower connection than 512 KiB in this time counts as one that stands still.
         */
        @WithDefault("60")
        int pullStallSeconds();

        /** Programs of others that look at images before these may run, each by a name of its own. */
        Map<String, Scanner> scanners();
    }

    /** A program of others that looks at images. */
    interface Scanner {

        /**
         * The program and its arguments, separated by commas ({@code \,} for a comma in one); no shell sees them. {@code
         * {image}} stands for a name of the image in full, {@code {digest}} for its name with its registry's digest,
         * {@code {id}} for its content id, {@code {archive}} for a file as {@code docker save} makes it.
         */
        List<String> command();

        /**
         * What it prints: {@code sarif}, {@code cyclonedx} (JSON, with vulnerabilities), or {@code exit-code}: anything, 0
         * lets the image run.
         */
        String format();

        /**
         * The least level of a finding that an image must not have. With sarif: none, note, warning or error, which is
         * taken where unset; with cyclonedx: none, info, low, medium, high or critical, high where unset.
         */
        Optional<String> threshold();

        /** Time after which it is killed, with what it started, and the image counts as not passed. A number with a unit. */
        @WithDefault("5m")
        Duration timeout();

        /** Names of the operator's environment variables that it gets besides PATH and HOME, separated by commas. */
        Optional<List<String>> environment();

        /** Time after which it is asked anew about an image; at once where a policy changed. A number with a unit. */
        @WithDefault("24h")
        Duration maximumAge();
    }

    /** Networks of the replicas. */
    interface Network {

        /**
         * Addresses (CIDR) from which each Kubernetes namespace's network takes a /22. Ranges that overlap a route of
         * the host are left out.
         */
        @WithDefault("10.192.0.0/12")
        String pool();

        /**
         * Whether workloads may ask for {@code network: Bridge}, on which replicas of all namespaces reach each
         * other.
         */
        @WithDefault("false")
        boolean bridgeAllowed();
    }

    /** How much of the engine workloads may use. */
    interface Capacity {

        /** Largest number of replicas of all workloads on the engine. */
        @WithDefault("1000")
        int maxReplicas();

        /** Largest number of replicas of all workloads in one Kubernetes namespace. */
        @WithDefault("1000")
        int maxReplicasPerNamespace();

        /** CPUs of the engine that no replica may request: a Kubernetes quantity. */
        @WithDefault("100m")
        @WithConverter(QuantityConverter.class)
        Quantity reserveCpu();

        /** Memory of the engine that no replica may request: a Kubernetes quantity, in bytes. */
        @WithDefault("256Mi")
        @WithConverter(QuantityConverter.class)
        Quantity reserveMemory();
    }

    /** How the operator talks to the engine. */
    interface Engine {

        /**
         * Address of the engine, such as {@code unix:///var/run/docker.sock} or {@code tcp://host:2376}. Unset: the
         * environment variable DOCKER_HOST, else the current Docker context, else the engine's default socket.
         */
        Optional<String> dockerHost();

        /**
         * Longest time that one call to the engine may take; pulls and stops have their own. A number with a unit.
         */
        @WithDefault("60s")
        Duration callTimeout();

        /** Time between two looks whether the engine is alive. A number with a unit. */
        @WithDefault("3s")
        Duration pingInterval();

        /** Time after which a silent engine counts as unreachable. A number with a unit. */
        @WithDefault("5s")
        Duration pingTimeout();

        /** Largest number of calls to the engine at a time; the operator finds the best number up to it. */
        @WithDefault("8")
        int maxConcurrency();

        /**
         * Time between two full lists of the engine's containers, which find what its events missed. A number with a
         * unit.
         */
        @WithDefault("30s")
        Duration resyncInterval();

        /** Largest number of launches that one workload hands to the engine's queue at a time. */
        @WithDefault("32")
        int launchWindow();
    }

    /** Limits of every replica. */
    interface Replica {

        /** Largest number of processes and threads of one replica. */
        @WithDefault("512")
        int pidsLimit();

        /** Largest size of one log file of a replica, in the engine's notation. */
        @WithDefault("10m")
        String logMaxSize();

        /** Number of log files kept of a replica. */
        @WithDefault("2")
        int logMaxFile();
    }

    /** Leadership among operators of the same installation. */
    interface Lease {

        /** Name of the Lease in the operator's namespace. */
        @WithDefault("mayfly")
        String name();

        /**
         * Name under which the operator holds the Lease; an operator that comes back with the same name goes on at
         * once. Unset: the host's name.
         */
        Optional<String> identity();

        /**
         * Time after which the Lease of an operator that vanished may be taken by one on another host. The API server
         * may be gone for nine tenths of it before the operator gives up and ends. A number with a unit.
         */
        @WithDefault("10m")
        Duration duration();
    }
}
