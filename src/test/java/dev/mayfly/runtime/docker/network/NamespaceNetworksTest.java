package dev.mayfly.runtime.docker.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.ListContainersCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.HostConfig;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineSettings.Egress;
import dev.mayfly.testing.engine.BothEngines;
import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a real engine. */
@Tag("engine")
@BothEngines
class NamespaceNetworksTest {
    private static final String CLUSTER =
            UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private static final String NAMESPACE = "shop";

    private final Engine connection = new EngineConnector(Settings.of(CLUSTER)).connect();
    private final DockerClient engine = connection.client();
    private final NamespaceNetworks networks = new NamespaceNetworks(
            Settings.of(CLUSTER),
            List::of,
            new EgressGuard(CLUSTER, new Egress(true, false, List.of()), Optional.empty()));
    private String container;

    @AfterEach
    void cleanUp() throws IOException {
        try {
            engine.removeContainerCmd(container).withForce(true).exec();
        } catch (NotFoundException removed) {
            // by the test
        }
        networks.remove(engine, NAMESPACE);
        assertThat(there()).isFalse();
        connection.close();
    }

    @Test
    void aNetworkStaysWhileAContainerInItIsCreatedAndUntilItIsRemoved() throws Exception {
        var creating = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var created = CompletableFuture.supplyAsync(() -> networks.use(engine, NAMESPACE, network -> {
            creating.countDown();
            await(goOn);
            return create(network);
        }));
        await(creating);

        networks.remove(engine, NAMESPACE); // does not wait for it
        goOn.countDown();
        container = created.get(3, TimeUnit.MINUTES);
        networks.remove(engine, NAMESPACE); // now it is created, and not started

        assertThat(there()).isTrue();
        engine.startContainerCmd(container).exec();
    }

    @Test
    void aRemovedNetworkIsCreatedAgainForTheNextContainer() {
        container = networks.use(engine, NAMESPACE, this::create);
        engine.removeContainerCmd(container).withForce(true).exec();
        networks.remove(engine, NAMESPACE);
        assertThat(there()).isFalse();

        container = networks.use(engine, NAMESPACE, this::create);

        engine.startContainerCmd(container).exec();
    }

    @Test
    void aRemovalDuringAnotherOneWaitsForNothingAndIsMadeUpFor() {
        container = networks.use(engine, NAMESPACE, this::create);

        networks.remove(afterFirstList(this::removeContainerAndNetwork), NAMESPACE);

        assertThat(there()).isFalse();
    }

    /** As the reconciliation of another deleted workload does, on another thread. */
    private void removeContainerAndNetwork() {
        engine.removeContainerCmd(container).withForce(true).exec();
        CompletableFuture.runAsync(() -> networks.remove(engine, NAMESPACE))
                .orTimeout(3, TimeUnit.MINUTES)
                .join();
        assertThat(there()).isTrue();
    }

    /** The engine; the action runs between its first list of containers and the use of that list. */
    private DockerClient afterFirstList(Runnable action) {
        var first = new AtomicBoolean(true);
        return proxy(
                DockerClient.class,
                engine,
                (method, answer) -> answer instanceof ListContainersCmd list && first.getAndSet(false)
                        ? proxy(ListContainersCmd.class, list, (called, listed) -> {
                            if (called.equals("exec")) {
                                action.run();
                            }
                            return listed;
                        })
                        : answer);
    }

    /** @param answers receives the name of a called method and its answer, and returns the answer for the caller */
    private static <T> T proxy(Class<T> type, T target, BiFunction<String, Object, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    var answer = method.invoke(target, arguments);
                    return answer == target ? proxy : answers.apply(method.getName(), answer);
                }));
    }

    private String create(String network) {
        return engine.createContainerCmd("busybox:1.36")
                .withCmd("tail", "-f", "/dev/null")
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode(network))
                .exec()
                .getId();
    }

    private boolean there() {
        return !Docker.client()
                .listNetworksCmd()
                .withNameFilter(networks.nameOf(NAMESPACE))
                .exec()
                .isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(3, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
