package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * One real API server for all tests of a JVM ({@link Lane}), started by the first that asks, with the CRDs of {@code crds/}. The image
 * comes from the system property {@code mayfly.test.k3s-image}. No node: custom resources and leases need none.
 */
public final class Cluster {
    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    /** Several API servers start at once, one in each lane: on a busy machine that takes a while. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** By default 15 s, of which each step of an autoscaler takes up to one. */
    private static final String AUTOSCALERS_PERIOD =
            "--kube-controller-manager-arg=horizontal-pod-autoscaler-sync-period=3s";

    private Cluster() {}

    /** A client with all rights, shared by all tests: don't close it. */
    public static KubernetesClient client() {
        return Started.CLIENT;
    }

    /** Credentials of the same rights, as the content of a kubeconfig file. */
    public static String kubeconfig() {
        return Started.CONTAINER.getKubeConfigYaml();
    }

    /** Makes an empty namespace that no other test uses. @return its name */
    public static String namespace(String prefix) {
        var name = prefix + "-" + Lane.mark() + "-" + NAMESPACES.incrementAndGet();
        var namespace = new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .build();
        client().resource(namespace).create();
        return name;
    }

    /** Applies the checked-in CRDs and waits until the API server serves them. Repeats are harmless. */
    public static void applyCrds(KubernetesClient client) {
        try (var files = Files.newDirectoryStream(Path.of("crds"), "*.yml")) {
            for (var file : files) {
                var crd = client.getKubernetesSerialization()
                        .unmarshal(Files.readString(file), CustomResourceDefinition.class);
                client.resource(crd).forceConflicts().serverSideApply();
                client.resource(crd).waitUntilCondition(Cluster::established, PATIENCE.toSeconds(), TimeUnit.SECONDS);
                await(crd.getMetadata().getName() + " is served").until(() -> isServed(client, crd));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Freezes the API server: connections stay open without an answer. Undo it with {@link #unpause}. */
    public static void pause() {
        Docker.client().pauseContainerCmd(Started.CONTAINER.getContainerId()).exec();
    }

    public static void unpause() {
        Docker.client().unpauseContainerCmd(Started.CONTAINER.getContainerId()).exec();
    }

    /** The etcd that stores the API server's objects; empty if the store is another. */
    public static Optional<Etcd> etcd() {
        var server = Docker.client()
                .inspectContainerCmd(Started.CONTAINER.getContainerId())
                .exec()
                .getState()
                .getPidLong();
        return Etcd.below(server);
    }

    /** Another API server, which the caller stops: its kube-system namespace has another UID. */
    public static K3sContainer another() {
        var container = unstarted();
        container.start();
        return container;
    }

    /** Another API server, which the caller starts and stops. */
    public static K3sContainer unstarted() {
        var image = DockerImageName.parse(System.getProperty("mayfly.test.k3s-image", "rancher/k3s:v1.34.4-k3s1"))
                .asCompatibleSubstituteFor("rancher/k3s");
        var container = new K3sContainer(image);
        // Without a kubelet nothing in there needs rights over the machine, which not every machine can give.
        container.withPrivilegedMode(image.getUnversionedPart().equals("rancher/k3s"));
        container.withCommand(Stream.concat(Arrays.stream(container.getCommandParts()), Stream.of(AUTOSCALERS_PERIOD))
                .toArray(String[]::new));
        container.withEnv("GOGC", "400"); // 13 % less CPU time in its first minute, for 200 MB
        container.withStartupTimeout(PATIENCE);
        return container;
    }

    /** A moment after it was established. */
    private static boolean isServed(KubernetesClient client, CustomResourceDefinition crd) {
        try {
            client.genericKubernetesResources(CustomResourceDefinitionContext.fromCrd(crd))
                    .list(new ListOptionsBuilder().withLimit(1L).build());
            return true;
        } catch (KubernetesClientException absent) {
            return false;
        }
    }

    /** Waits until Pods are admitted, which need an account that the cluster makes a moment after their namespace. */
    public static void awaitAccount(String namespace) {
        client().serviceAccounts()
                .inNamespace(namespace)
                .withName("default")
                .waitUntilCondition(Objects::nonNull, PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static boolean established(CustomResourceDefinition crd) {
        return crd.getStatus() != null
                && crd.getStatus().getConditions() != null
                && crd.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Established")
                                && c.getStatus().equals("True"));
    }

    /** Initialised when first used. */
    private static final class Started {
        static final K3sContainer CONTAINER = another();
        static final KubernetesClient CLIENT = connect();

        private static KubernetesClient connect() {
            var config = Config.fromKubeconfig(CONTAINER.getKubeConfigYaml());
            config.setConnectionTimeout((int) PATIENCE.toMillis());
            config.setRequestTimeout((int) PATIENCE.toMillis());
            var client = new KubernetesClientBuilder().withConfig(config).build();
            applyCrds(client);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                client.close();
                CONTAINER.stop();
            }));
            return client;
        }
    }
}
