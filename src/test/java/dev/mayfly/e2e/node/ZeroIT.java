package dev.mayfly.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.scenario.GrantedRole;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A workload that nobody uses goes to zero, and comes back for the first client, also after the operator was killed. */
class ZeroIT extends NodeScenario {
    private static final String FOUND = "HTTP/1.1 200 OK";
    private static final int AT_ONCE = 200;

    private final GrantedRole rights = GrantedRole.ofActivator();

    ZeroIT() {
        super("zero");
        operator.with("MAYFLY_ACTIVATOR_ENABLED", "true");
    }

    @AfterAll
    @Override
    protected void leaveNothing() throws IOException {
        super.leaveNothing();
        rights.close();
    }

    @Test
    void itGoesToZeroAndTheFirstClientBringsItBack() throws Exception {
        apply("web");
        try (var client = new ServiceClient(Cluster.client(), workloads.namespace(), "web")) {
            ready("web-0");
            await("the Service leads to it")
                    .atMost(SOON)
                    .until(() -> client.endpoints().size() == 1);
            assertThat(client.get("/")).isEqualTo(FOUND);

            awaitZero("web", client);
            assertThat(workloads.get("web").getSpec().replicas()).isEqualTo(1);
            var answers = new ArrayList<Future<String>>();
            for (var number = 0; number < AT_ONCE; number++) {
                answers.add(later(() -> client.get("/")));
            }
            for (var answer : answers) {
                assertThat(answer.get(SOON.toMinutes(), TimeUnit.MINUTES)).isEqualTo(FOUND);
            }
            await("it serves, and the Service leads to the replica alone")
                    .atMost(SOON)
                    .untilAsserted(() -> {
                        tries(client); // else it might go to zero meanwhile
                        assertThat(workloads.get("web").getStatus().idleStartTime())
                                .isNull();
                        var pod = pod("web-0");
                        assertThat(isReady(pod)).isTrue();
                        assertThat(client.endpoints())
                                .extracting(InetSocketAddress::getHostString)
                                .containsOnly(pod.getStatus().getPodIP());
                    });

            awaitZero("web", client);
            var since = workloads.get("web").getStatus().idleStartTime();
            operator.kill9();
            operator.start();
            await("the activator listens again")
                    .atMost(SOON)
                    .until(() -> tries(client).equals(FOUND));
            assertThat(since).isNotNull();
            assertThat(workloads.events("web", "ScaledToZero")).isNotEmpty();
            assertThat(workloads.events("web", "ScaledFromZero")).isNotEmpty();
        }
        gone("web");
        await("its slice is gone").atMost(SOON).until(() -> endpoints("web").isEmpty());
    }

    /** A page, or a failure while the operator is away. */
    private static String tries(ServiceClient client) {
        try {
            return client.get("/");
        } catch (IOException away) {
            return "";
        }
    }

    private void awaitZero(String name, ServiceClient client) {
        await(name + " is at zero").atMost(SOON).untilAsserted(() -> {
            assertThat(workloads.get(name).getStatus()).matches(s -> s.idleStartTime() != null && s.replicas() == 0);
            assertThat(workloads.running(name)).isEmpty();
            assertThat(client.endpoints()).hasSize(1);
        });
    }

    private void apply(String name) {
        Cluster.client()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(workloads.namespace())
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withSelector(Map.of("app", name))
                        .addNewPort()
                        .withPort(80)
                        .withNewTargetPort("http")
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        workloads.apply(workload(name, 1, """
                image: busybox:1.36
                network: Namespace
                metadata: {labels: {app: %s}}
                command: [sh, -c, "mkdir /tmp/www && echo here >/tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www"]
                ports: [{name: http, containerPort: 8080}]
                readinessProbe: {tcpSocket: {port: http}, periodSeconds: 1}
                """.formatted(name))
                .replace("  template:\n", "  scaleToZero: {idleSeconds: 10}\n  template:\n"));
    }

    private static <T> Future<T> later(Callable<T> task) {
        var future = new FutureTask<>(task);
        Thread.startVirtualThread(future);
        return future;
    }
}
