package dev.mayfly.node.kubelet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The client that {@code kubectl mayfly} uses, through something that passes WebSocket through as the API server does. */
@Timeout(60)
class JavaClientTest {
    private static final String PATH = "/api/v1/namespaces/shop/pods/web-3";
    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-3", "namespace": "shop"},
             "spec": {"containers": [{"name": "web"}]}}""";

    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture();

    private ServerSocket apiServer;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        apiServer = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl("http://127.0.0.1:" + apiServer.getLocalPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        apiServer.close();
    }

    private void serve() {
        try {
            while (true) {
                var connection = apiServer.accept();
                Thread.ofVirtual().start(() -> pass(connection));
            }
        } catch (IOException closed) {
            assertThat(apiServer.isClosed()).isTrue();
        }
    }

    private void pass(Socket client) {
        try (client;
                var node = kubelet.socket()) {
            var asked = head(client.getInputStream());
            if (asked.startsWith("GET " + PATH + " ")) {
                var answer =
                        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + POD.length() + "\r\n\r\n" + POD;
                client.getOutputStream().write(answer.getBytes(US_ASCII));
                return;
            }
            var head = asked.replace(PATH + "/exec?", "/exec/shop/web-3/web?")
                    .replace(PATH + "/attach?", "/attach/shop/web-3/web?")
                    .replace("stdin=true", "input=1")
                    .replace("stdout=true", "output=1")
                    .replace("stderr=true", "error=1");
            node.getOutputStream().write(head.getBytes(US_ASCII));
            Thread.ofVirtual().start(() -> copy(client, node));
            node.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException closed) {
            // by either side
        }
    }

    private static String head(InputStream from) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) from.read());
        }
        return head.toString();
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.close();
        } catch (IOException closed) {
            // by either side
        }
    }

    private ContainerResource container() {
        return client.pods()
                .inNamespace("shop")
                .withName("web-3")
                .inContainer("web")
                .withReadyWaitTimeout(0);
    }

    @Test
    void aCommandSOutputAndExitCodeArrive() throws Exception {
        kubelet.containers.program = process -> {
            process.out("to stdout".getBytes(UTF_8));
            return 3;
        };
        var output = new ByteArrayOutputStream();
        try (var command = container()
                .writingOutput(output)
                .writingError(OutputStream.nullOutputStream())
                .exec("ls", "-l")) {
            assertThat(command.exitCode().get(30, TimeUnit.SECONDS)).isEqualTo(3);
        }
        assertThat(output.toString(UTF_8)).isEqualTo("to stdout");
        assertThat(kubelet.containers.execs.getFirst().command()).containsExactly("ls", "-l");
    }

    @Test
    void attachGivesInputAndSizesAndGetsOutput() throws Exception {
        kubelet.containers.program = process -> {
            process.out(process.read());
            process.out(process.sizes.take().getBytes(UTF_8));
            return 0;
        };
        var output = new ByteArrayOutputStream();
        try (var attached =
                container().redirectingInput().writingOutput(output).withTTY().attach()) {
            attached.getInput().write("typed ".getBytes(UTF_8));
            attached.getInput().flush();
            attached.resize(90, 25);
            assertThat(attached.exitCode().get(30, TimeUnit.SECONDS)).isZero();
        }
        assertThat(output.toString(UTF_8)).isEqualTo("typed 90x25");
    }
}
