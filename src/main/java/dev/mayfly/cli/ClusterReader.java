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
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Connects to a cluster for reading. */
public final class ClusterReader {
    private static final int TIMEOUT_MILLIS = 10_000;
    /** File of authorities that JSSE and the client trust without being told to; unset: Java's. */
    private static final String TRUSTED = "javax.net.ssl.trustStore";

    private ClusterReader() {}

    /** The files' settings, merged. @param context null: the current one @throws Refusal if a file can't be read */
    static Config config(String context, List<Path> kubeconfigs) {
        var merged = Config.empty();
        KubeConfigUtils.merge(
                merged,
                context,
                kubeconfigs.stream().map(ClusterReader::parsed).toArray(io.fabric8.kubernetes.api.model.Config[]::new));
        return merged;
    }

    private static io.fabric8.kubernetes.api.model.Config parsed(Path kubeconfig) {
        var name = "'" + Printable.of(kubeconfig.toString()) + "'";
        if (!Files.isReadable(kubeconfig)) {
            throw new Refusal(name + " can't be read: name another file with --kubeconfig or KUBECONFIG");
        }
        try {
            return KubeConfigUtils.parseConfig(kubeconfig.toFile());
        } catch (RuntimeException malformed) {
            throw new Refusal(name + " is no kubeconfig: "
                    + Printable.of(String.valueOf(malformed.getMessage())
                            .lines()
                            .findFirst()
                            .orElse("")));
        }
    }

    /** @throws Refusal if no API server answers */
    static KubernetesClient connect(Config cluster) {
        // newer JVMs would otherwise print a warning about Netty, which users can't act on
        System.setProperty("io.netty.noUnsafe", "true");
        // the client's event loop would otherwise create a cache directory, which a killed process leaves behind
        System.setProperty("vertx.disableFileCaching", "true");
        System.setProperty("vertx.disableFileCPResolving", "true");
        var config = new ConfigBuilder(cluster)
                .withConnectionTimeout(TIMEOUT_MILLIS)
                .withRequestTimeout(TIMEOUT_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build();
        var client = client(config);
        try {
            client.getKubernetesVersion();
            return client;
        } catch (KubernetesClientException silent) {
            client.close();
            throw new Refusal("No API server answers at " + Printable.of(config.getMasterUrl())
                    + ": start it, or name another with --kubeconfig, --context or KUBECONFIG");
        }
    }

    /**
     * A client that trusts the authority which the kubeconfig names, and no other, as kubectl does. This client would read those
     * 150 that Java comes with as well, which takes as long as the rest of the connection. Not for several threads.
     */
    private static KubernetesClient client(Config config) {
        var named = config.getCaCertData() != null || config.getCaCertFile() != null;
        var known = System.getProperty(TRUSTED);
        if (named && known == null) {
            System.setProperty(TRUSTED, "/dev/null");
        }
        try {
            return new KubernetesClientBuilder().withConfig(config).build();
        } finally {
            if (named && known == null) {
                System.clearProperty(TRUSTED);
            }
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
