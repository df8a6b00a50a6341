package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Lane;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.Networks;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@TestMethodOrder(OrderAnnotation.class)
class NetworkIT extends OperatorScenario {
    /** As docs/guides/networking.md has it. */
    private static final String POOL = "10.192.0.0/12";

    private static final String CONNECTED = "image: busybox:1.36\nnetwork: Namespace\ncommand: [tail, -f, /dev/null]\n";
    /** Answers with the name of the replica that was reached. */
    private static final String SERVES =
            "image: busybox:1.36\nnetwork: Namespace\ncommand: [httpd, -f, -p, '8080', -h, /etc]\n"
                    + "readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1, timeoutSeconds: 30}\n";

    private final Workloads elsewhere = new Workloads("network-other");

    NetworkIT() {
        super("network", new OperatorProcess("network"));
    }

    @AfterAll
    void leaveTheOtherNamespace() {
        elsewhere.close();
    }

    @Test
    @Order(1)
    void workloadsOfANamespaceReachEachOtherByName() {
        var server = running("server", 2, SERVES);
        var client = running("client", 1, CONNECTED);

        assertThat(fetch(client, "server").output()).startsWith("server-");
        assertThat(fetch(client, "server-1").output()).as("one of them").isEqualTo("server-1");
        assertThat(fetch(client, address(server)).output()).startsWith("server-");
    }

    @Test
    @Order(2)
    void anotherNamespaceReachesThemNeitherByNameNorByAddress() throws IOException {
        elsewhere.apply(workload("client", 1, CONNECTED));
        elsewhere.awaitRunning("client", 1);
        var stranger = elsewhere.running("client").getFirst();
        var server = address(workloads.running("server").getFirst());
        var rules = documented("ip rule add").stream()
                .map(rule -> rule.replace("from " + POOL, "from " + subnet(elsewhere)))
                .map(rule -> rule.replace("to " + POOL, "to " + subnet(workloads)))
                .toList();

        assertThat(fetch(stranger, "server").code()).isNotZero();
        rules.forEach(rule -> assertThat(Cli.shell(rule).code()).as(rule).isZero());
        try {
            var networks = CompletableFuture.runAsync(NetworkIT::createAndRemoveNetworks);
            do {
                assertThat(fetchOften(stranger, server)).isEmpty();
            } while (!networks.isDone());
            networks.join();
        } finally {
            rules.forEach(rule -> Cli.shell(rule.replace("rule add", "rule del")));
        }
    }

    @Test
    @Order(3)
    void eachNamespacesNetworkHasItsOwnPartOfThePool() {
        var subnets = List.of(subnet(workloads), subnet(elsewhere));

        assertThat(subnets).doesNotHaveDuplicates().allMatch(s -> s.matches("10\\.(19[2-9]|20[0-7])\\.\\d+\\.0/22"));
    }

    @Test
    @Order(4)
    void theHostsPortsAndTheMetadataServiceAreClosedAndAnAllowListOpensThem() throws IOException {
        var client = workloads.running("client").getFirst();
        var gateway = networksOf(client).values().iterator().next().getGateway();
        try (var host = new ServerSocket(0);
                var other = new ServerSocket(0)) {
            assertThat(connects(client, gateway, host.getLocalPort())).isFalse();
            // the counters start anew when the rules follow a network of another namespace or a rule of the engine's
            await().atMost(SOON).untilAsserted(() -> {
                var before = rejected();
                assertThat(connects(client, "169.254.169.254", 80)).isFalse();
                assertThat(rejected()).as("packets that met the rule").isGreaterThan(before);
            });
            assertThat(fetch(client, "server").output()).startsWith("server-");

            operator.stop();
            operator.with("MAYFLY_EGRESS_ALLOWED", "host:" + host.getLocalPort())
                    .start();

            await().atMost(SOON).until(() -> connects(client, gateway, host.getLocalPort()));
            assertThat(connects(client, gateway, other.getLocalPort())).isFalse();
        }
    }

    @Test
    @Order(4)
    void aPublishedPortIsReachedByOthersThanReplicas() throws IOException {
        var port = Lane.freePort();
        running("published", 1, SERVES + "ports: [{containerPort: 8080, hostPort: %d}]\n".formatted(port));
        var stranger = elsewhere.running("client").getFirst();
        var gateway = networksOf(stranger).values().iterator().next().getGateway();

        try (var here = new Socket("127.0.0.1", port)) {
            assertThat(here.isConnected()).isTrue();
        }
        assertThat(connects(stranger, gateway, port)).isFalse();
        gone("published");
    }

    @Test
    @Order(4)
    void theDocumentedRuleClosesTheOutsideAndNothingElse() throws IOException {
        var client = workloads.running("client").getFirst();
        var rule = documented("iptables -I").getFirst().replace(POOL, subnet(workloads));
        assertThat(Cli.shell(rule).code()).as(rule).isZero();
        try {
            assertThat(connects(client, "192.0.2.1", 80)).isFalse();
            // other operators on this engine put rules before it
            assertThat(Cli.shell("iptables -L DOCKER-USER -v -n -x").output().lines())
                    .filteredOn(line -> line.contains("REJECT") && line.contains(subnet(workloads)))
                    .as("packets that met the rule")
                    .singleElement()
                    .asString()
                    .doesNotMatch("\\s*0 .*");
            assertThat(fetch(client, "server").output()).startsWith("server-");
        } finally {
            Cli.shell(rule.replace("iptables -I", "iptables -D"));
        }
    }

    @Test
    @Order(5)
    void aNetworkIsRemovedWithTheLastWorkloadOfItsNamespace() {
        gone("client");
        assertThat(networks(workloads)).hasSize(1);
        gone("server");
        Networks.awaitGone(workloads.namespace(), operator);
        assertThat(networks(elsewhere)).hasSize(1);
        assertThat(filter()).contains(chain());

        elsewhere.delete("client");
        elsewhere.awaitGone("client");
        Networks.awaitGone(elsewhere.namespace(), operator);
        if (networks(workloads).isEmpty() && networks(elsewhere).isEmpty()) { // the engine let go of both
            await().atMost(SOON).untilAsserted(() -> assertThat(filter()).doesNotContain(chain()));
        }
    }

    @Test
    @Order(6)
    void aRemovedNetworkIsCreatedAgain() {
        running("back", 1, SERVES);
        workloads.scale("back", 0);
        workloads.awaitRunning("back", 0);
        Cli.docker("network", "rm", networks(workloads).getFirst().getId());

        workloads.scale("back", 2);

        await().atMost(SOON)
                .until(() -> Integer.valueOf(2)
                        .equals(workloads.get("back").getStatus().readyReplicas()));
        assertThat(networks(workloads)).hasSize(1);
        gone("back");
    }

    @Test
    @Order(7)
    void networkNoneIsTheLoopbackAlone() {
        var replica = running("alone", 1, CONNECTED.replace("Namespace", "None"));

        assertThat(Cli.in(replica, "ls /sys/class/net").output()).isEqualTo("lo");
        gone("alone");
    }

    @Test
    @Order(8)
    void networkBridgeIsRefusedUnlessTheOperatorAllowsIt() {
        workloads.apply(workload("bridge", 1, CONNECTED.replace("Namespace", "Bridge")));
        awaitDegraded("bridge", "InvalidSpec", "mayfly.network.bridge-allowed=true");
        assertThat(workloads.containers("bridge")).isEmpty();

        operator.stop();
        operator.with("MAYFLY_NETWORK_BRIDGE_ALLOWED", "true").start();

        workloads.awaitRunning("bridge", 1);
        assertThat(networksOf(workloads.running("bridge").getFirst())).containsOnlyKeys("bridge");
        gone("bridge");
    }

    /** The chain of the packet filter that is this installation's. */
    private String chain() {
        return "MAYFLY-" + operator.cluster();
    }

    /** Packets that the chain has refused. */
    private long rejected() {
        return Cli.shell("iptables -w -L " + chain() + " -v -n -x")
                .output()
                .lines()
                .filter(line -> line.contains(" REJECT "))
                .mapToLong(line -> Long.parseLong(line.strip().split(" ")[0]))
                .sum();
    }

    private static String filter() {
        return Cli.shell("iptables-save -t filter").output();
    }

    private static Cli.Result fetch(Container from, String host) {
        return Cli.in(from, "timeout 30 wget -qO- http://" + host + ":8080/hostname");
    }

    /**
     * The answers to 100 requests, one every 20 ms. Without BusyBox's {@code timeout}, which leaves a process each time
     * that only PID 1 could collect: {@code tail} does not, and after five rounds no process can be started.
     */
    private static String fetchOften(Container from, String host) {
        var request = "wget -T 1 -qO- http://" + host + ":8080/hostname 2>/dev/null";
        return Cli.in(from, "for i in $(seq 100); do " + request + " & usleep 20000; done; wait")
                .output();
    }

    private static boolean connects(Container from, String host, int port) {
        return Cli.in(from, "timeout 4 telnet " + host + " " + port + " </dev/null")
                .output()
                .contains("Connected");
    }

    /** Each takes the engine's isolation of its bridges out of the firewall for a moment. */
    private static void createAndRemoveNetworks() {
        var done = Cli.shell("made() { docker network create $1 && docker network rm $1; }; for i in $(seq 10);"
                + " do made mayfly-test-one & made mayfly-test-other & wait; done");
        assertThat(done.output()).doesNotContain("rror");
    }

    /** The commands of docs/guides/networking.md that begin so. */
    private static List<String> documented(String command) throws IOException {
        return Files.readAllLines(Path.of("docs/guides/networking.md")).stream()
                .filter(line -> line.startsWith(command))
                .toList();
    }

    private static String address(Container container) {
        return networksOf(container).values().iterator().next().getIpAddress();
    }

    private static Map<String, ContainerNetwork> networksOf(Container container) {
        return Docker.inspect(container).getNetworkSettings().getNetworks();
    }

    private static List<Network> networks(Workloads of) {
        return Networks.of(of.namespace());
    }

    private static String subnet(Workloads of) {
        return networks(of).getFirst().getIpam().getConfig().getFirst().getSubnet();
    }
}
