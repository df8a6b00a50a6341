package dev.mayfly.cli;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.operator.image.PulledImagesMap;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Connects to a cluster for reading. */
public final class ClusterReader {
    private static final int TIMEOUT_MILLIS = 10_000;

    private ClusterReader() {}

    /** @throws Refusal if the file can't be read or no API server answers */
    public static KubernetesClient connect(Path kubeconfig) {
        if (!Files.isReadable(kubeconfig)) {
            throw new Refusal("'" + Printable.of(kubeconfig.toString())
                    + "' can't be read: name another file with --kubeconfig or KUBECONFIG");
        }
        // newer JVMs would otherwise print a warning about Netty, which users can't act on
        System.setProperty("io.netty.noUnsafe", "true");
        // the client's event loop would otherwise create a cache directory, which a killed process leaves behind
        System.setProperty("vertx.disableFileCaching", "true");
        System.setProperty("vertx.disableFileCPResolving", "true");
        Config config;
        try {
            config = new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
                    .withConnectionTimeout(TIMEOUT_MILLIS)
                    .withRequestTimeout(TIMEOUT_MILLIS)
                    .withRequestRetryBackoffLimit(0)
                    .build();
        } catch (RuntimeException malformed) {
            throw new Refusal("'" + Printable.of(kubeconfig.toString()) + "' is no kubeconfig: "
                    + Printable.of(String.valueOf(malformed.getMessage())
                            .lines()
                            .findFirst()
                            .orElse("")));
        }
        var client = new KubernetesClientBuilder().withConfig(config).build();
        try {
            client.getKubernetesVersion();
            return client;
        } catch (KubernetesClientException silent) {
            client.close();
            throw new Refusal("No API server answers at " + Printable.of(config.getMasterUrl())
                    + ": start it, or name another with --kubeconfig or KUBECONFIG");
        }
    }

    /** The option that selects a cluster. */
    public static final class ClusterOption {
        @Option(
                names = "--kubeconfig",
                paramLabel = "FILE",
                description = "How to reach the cluster. Default: KUBECONFIG, else no cluster is asked.")
        private Optional<Path> kubeconfig = Optional.empty();

        /** The kubeconfig given as an option, else in the environment variable KUBECONFIG; empty if there is neither. */
        public Optional<Path> credentials() {
            return kubeconfig.or(() -> Optional.ofNullable(System.getenv("KUBECONFIG"))
                    .filter(path -> !path.isEmpty())
                    .map(Path::of));
        }
    }

    /**
     * An operator's record of an image that it pulled.
     *
     * @param cluster id of the operator's cluster
     */
    public record Pulled(String cluster, PulledImage image) {

        /** The records of all operators in the cluster about that engine's images. */
        public static List<Pulled> read(KubernetesClient client, String engine) {
            return client.configMaps().inAnyNamespace().withLabel(Ownership.CLUSTER).list().getItems().stream()
                    .flatMap(map -> read(map, engine).stream())
                    .toList();
        }

        /** Entries that can't be parsed are skipped. */
        public static List<Pulled> read(ConfigMap map, String engine) {
            var cluster = map.getMetadata().getLabels().get(Ownership.CLUSTER);
            return PulledImagesMap.read(map, engine, spoilt -> {}).stream()
                    .map(image -> new Pulled(cluster, image))
                    .toList();
        }
    }
}
