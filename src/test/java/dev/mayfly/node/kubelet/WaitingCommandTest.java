package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.runtime.ContainerAccess.Abandoned;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exec} and {@code attach} that have yet to begin, as many others do. */
@Timeout(60)
class WaitingCommandTest {
    private static final String EXEC = "/exec/shop/web-3/web?command=true&output=1";

    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture();

    @ParameterizedTest
    @ValueSource(strings = {EXEC, "/attach/shop/web-3/web?output=1"})
    void aCommandThatWaitsForItsTurnIsToldThatItsClientLeaves(String path) throws Exception {
        var waiting = startingUntilLeft();
        try (var spdy = kubelet.spdy(path);
                var webSocket = WebSocketClient.open(kubelet, path, RemoteCommand.PROTOCOL)) {
            spdy.stream("streamtype", "error");
            spdy.stream("streamtype", "stdout");
            await().until(() -> waiting.get() == 2);

            spdy.close();
            await().until(() -> waiting.get() == 1);
            webSocket.socket.abort();
            await().until(() -> waiting.get() == 0);
        }
        assertThat(kubelet.containers.open).isEmpty();
    }

    @Test
    void aServerThatStopsRunsNoCommandThatWaitsForItsTurn() throws Exception {
        var waiting = startingUntilLeft();
        try (var client = kubelet.spdy(EXEC)) {
            var error = client.stream("streamtype", "error");
            var stdout = client.stream("streamtype", "stdout");
            await().until(() -> waiting.get() == 1);
            var stopping = Thread.ofVirtual().start(kubelet.server::close);
            client.readUntilEnded(error, stdout);

            assertThat(client.text(error)).contains("Failure", "the operator stops: it was not begun");
            client.close();
            stopping.join();
        }
    }

    /** Counts those that wait to be started, which none is before its client has left. */
    private AtomicLong startingUntilLeft() {
        var waiting = new AtomicLong();
        kubelet.containers.starting = left -> {
            waiting.incrementAndGet();
            left.join();
            waiting.decrementAndGet();
            throw new Abandoned();
        };
        return waiting;
    }
}
