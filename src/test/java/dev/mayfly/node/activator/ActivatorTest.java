package dev.mayfly.node.activator;

import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.desired;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.ScaleDownPolicy.ToZero;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Samples;
import dev.mayfly.runtime.RuntimeEvent;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.testing.Lane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients, the activator and a replica, with real connections. The workload is at zero until the test starts the replica. */
class ActivatorTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int LONG = 1 << 20;
    /** Places of busybox's httpd for connections that it has not accepted yet. */
    private static final int QUEUE = 9;

    private final Queue<OwnerId> woken = new ConcurrentLinkedQueue<>();
    private final Queue<RuntimeEvent> events = new ConcurrentLinkedQueue<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private FakeCluster cluster;
    private Activator activator;
    private Optional<Instant> since = Optional.of(Instant.now());

    /** The replica's treatment of a connection. */
    private interface Served {
        void with(Socket client) throws IOException;
    }

    @AfterEach
    void end() throws Exception {
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void theFirstClientBringsAReplicaAndIsAnsweredByIt() throws Exception {
        var replica = replica(ActivatorTest::echo);
        atZero(replica.getLocalPort(), Map.of());

        var answer = later(() -> exchange("hello"));
        await().until(() -> woken.contains(WEB));
        reconcile(Phase.RUNNING);

        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("hello");
        assertThat(since).isEmpty();
    }

    @Test
    void bothDirectionsEndOneAfterTheOther() throws Exception {
        var bytes = new byte[LONG];
        for (var i = 0; i < LONG; i++) {
            bytes[i] = (byte) (i * 31 >> 3);
        }
        var replica = replica(client -> {
            var all = client.getInputStream().readAllBytes(); // up to the end that the client sends
            client.getOutputStream().write(all);
        });
        atZero(replica.getLocalPort(), Map.of());
        reconcileWoken();

        try (var client = connect()) {
            var sender = later(() -> {
                client.getOutputStream().write(bytes);
                client.shutdownOutput();
                return "";
            });
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes);
            sender.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aReplicaIsReadNoFasterThanItsClientReads() throws Exception {
        var sent = new AtomicLong();
        var replica = replica(client -> {
            var block = new byte[LONG];
            while (sent.get() < 256L * LONG) {
                client.getOutputStream().write(block);
                sent.addAndGet(block.length);
            }
        });
        atZero(replica.getLocalPort(), Map.of());
        reconcileWoken();

        try (var client = connect()) {
            assertThat(client.getInputStream().read()).isZero();
            var before = new AtomicLong(-1);
            await("it stops").during(Duration.ofMillis(500)).until(() -> before.getAndSet(sent.get()) == before.get());
            assertThat(sent.get()).as("what the kernel's buffers hold").isLessThan(64L * LONG);
        }
    }

    @Test
    void aConnectionThatTheReplicaBreaksOffIsBrokenOff() throws Exception {
        var replica = replica(client -> {
            client.getInputStream().read();
            client.setSoLinger(true, 0);
        });
        atZero(replica.getLocalPort(), Map.of());
        reconcileWoken();

        try (var client = connect()) {
            client.getOutputStream().write(1);
            assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
        }
    }

    @Test
    void aReplicaThatRefusesAtFirstIsTriedAgain() throws Exception {
        var port = Lane.freePort(); // which the kernel gives to no connection, and so not to the activator's own
        atZero(port, Map.of());
        reconcileWoken();

        var answer = later(() -> exchange("patience"));
        await().during(Duration.ofMillis(300)).until(() -> !answer.isDone());
        replica(port, ActivatorTest::echo);

        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("patience");
    }

    @Test
    void aClientThatWaitsTooLongIsTurnedAway() throws Exception {
        atZero(1, Map.of("mayfly.activator.timeout", "1s"));

        try (var client = connect()) {
            assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
        }
        await().untilAsserted(() ->
                assertThat(events).extracting(RuntimeEvent::reason).containsExactly("ActivationTimedOut"));
    }

    @Test
    void aReplicaIsLedToNoMoreThanItsQueueTakesUntilItHasAcceptedThem() throws Exception {
        try (var replica = new ServerSocket(0, 50, HERE)) {
            atZero(replica.getLocalPort(), Map.of());
            cluster.queued = () -> 50;
            var answers = exchanges(8);
            var accepted = accept(replica, 5, "as many as Python's queue takes");

            serve(accepted.getFirst(), ActivatorTest::echo);
            accepted.addAll(accept(replica, 1, "an answer makes room"));

            cluster.queued = () -> 0;
            accepted.addAll(accept(replica, 2, "they were accepted"));
            accepted.stream().skip(1).forEach(client -> serve(client, ActivatorTest::echo));
            assertAnswered(answers);
        }
    }

    /** That many clients at once, and then the replica. */
    private List<Future<String>> exchanges(int number) {
        var answers = IntStream.range(0, number)
                .mapToObj(each -> later(() -> exchange("client " + each)))
                .toList();
        await().until(() -> woken.contains(WEB));
        reconcile(Phase.RUNNING);
        return answers;
    }

    private static void assertAnswered(List<Future<String>> answers) throws Exception {
        for (var number = 0; number < answers.size(); number++) {
            assertThat(answers.get(number).get(60, TimeUnit.SECONDS)).isEqualTo("client " + number);
        }
    }

    /** That many; none follows for a while. */
    private static List<Socket> accept(ServerSocket replica, int number, String why) throws IOException {
        var accepted = new ArrayList<Socket>();
        replica.setSoTimeout(60_000);
        while (accepted.size() < number) {
            accepted.add(replica.accept());
        }
        replica.setSoTimeout(300);
        assertThatThrownBy(replica::accept).as(why).isInstanceOf(SocketTimeoutException.class);
        return accepted;
    }

    @Test
    void aThousandAtOnceAreAllAnsweredByOneConnectionEach() throws Exception {
        var accepted = new AtomicLong();
        var received = new ConcurrentLinkedQueue<String>();
        var replica = replica(client -> {
            accepted.incrementAndGet();
            var text = client.getInputStream().readAllBytes();
            received.add(new String(text, StandardCharsets.UTF_8));
            client.getOutputStream().write(text);
        });
        atZero(replica.getLocalPort(), Map.of());
        cluster.queueAt(replica.getLocalPort());

        assertAnswered(exchanges(1000));
        assertThat(received).hasSize(1000).doesNotHaveDuplicates();
        assertThat(accepted).hasValue(1000);
    }

    @Test
    void moreThanThereArePlacesWaitTheirTurn() throws Exception {
        var replica = replica(ActivatorTest::echo);
        atZero(replica.getLocalPort(), Map.of("mayfly.activator.max-connections", "8"));
        reconcileWoken();
        var first = new ArrayList<Socket>();
        for (var number = 0; number < 4; number++) {
            first.add(connect());
            first.getLast().getOutputStream().write(1);
            assertThat(first.getLast().getInputStream().read()).isEqualTo(1);
        }
        var fifth = later(() -> exchange("fifth"));

        await().during(Duration.ofMillis(300)).until(() -> !fifth.isDone());
        first.getFirst().close();
        assertThat(fifth.get(60, TimeUnit.SECONDS)).isEqualTo("fifth");
        for (var socket : first) {
            socket.close();
        }
    }

    @Test
    void aWorkloadThatIsNotToGoToZeroIsNotLedHereAnyMore() throws Exception {
        atZero(1, Map.of());
        var client = connect();
        activator.scaled(FollowedTest.workload("app: web"), desired(1), Observed.none(WEB, Instant.now()));

        await().until(() -> cluster.port().isEmpty());
        assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
        client.close();
    }

    @Test
    void whatAnEarlierOperatorWroteGoesThoughTheApiServerIsSilentAtFirst() throws Exception {
        cluster = new FakeCluster(1);
        cluster.write(ActivatorSlice.of(WEB, "web", HERE, Map.of("http", 1)));
        cluster.silences.set(1);
        activator = activator(Map.of("mayfly.activator.enabled", "true"));
        activator.start(() -> HERE);
        await().until(() -> woken.contains(WEB));

        activator.scaled(FollowedTest.workload("app: web"), desired(1), Observed.none(WEB, Instant.now()));

        await().until(() -> cluster.port().isEmpty());
    }

    @Test
    void withoutAnActivatorItServes() {
        cluster = new FakeCluster(1);
        activator = activator(Map.of("mayfly.activator.enabled", "false"));

        var decided = activator.scaled(FollowedTest.workload("app: web"), wanted(), Observed.none(WEB, Instant.now()));

        assertThat(decided.replicas()).isEqualTo(1);
        assertThat(decided.toZero().orElseThrow().refused().orElseThrow().message())
                .contains("mayfly.activator.enabled=true");
    }

    private Activator activator(Map<String, String> settings) {
        var made = new Activator(
                Configs.of(settings).activator(),
                true,
                new Runtimes(Map.of("Docker", new FakeEngine(cluster))),
                cluster,
                woken::add,
                events::add,
                InstantSource.system());
        opened.add(made::close);
        return made;
    }

    private void atZero(int target, Map<String, String> more) {
        cluster = new FakeCluster(target);
        var settings = new HashMap<>(more);
        settings.put("mayfly.activator.enabled", "true");
        activator = activator(settings);
        activator.start(() -> HERE);
        reconcile(Phase.ENDED);
        await().until(() -> cluster.port().isPresent());
        assertThat(since).isPresent();
        woken.clear();
    }

    private Desired wanted() {
        return desired(1).withToZero(new ToZero(Duration.ofHours(1), "web", since, Optional.empty()));
    }

    private void reconcile(Phase phase) {
        var observed = Observed.none(WEB, Instant.now()).with(Samples.replica(0, phase));
        since = activator
                .scaled(FollowedTest.workload("app: web"), wanted(), observed)
                .toZero()
                .orElseThrow()
                .since();
    }

    /** It serves as soon as a client waits. */
    private void reconcileWoken() {
        later(() -> {
            await().until(() -> woken.contains(WEB));
            reconcile(Phase.RUNNING);
            return "";
        });
    }

    private Socket connect() throws IOException {
        var client = new Socket(HERE, cluster.port().orElseThrow());
        client.setSoTimeout(60_000);
        return client;
    }

    private String exchange(String text) throws IOException {
        try (var client = connect()) {
            client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void echo(Socket client) throws IOException {
        client.getInputStream().transferTo(client.getOutputStream());
    }

    private ServerSocket replica(Served served) throws IOException {
        return replica(0, served);
    }

    private ServerSocket replica(int port, Served served) throws IOException {
        var listening = new ServerSocket(port, QUEUE, HERE);
        opened.add(listening);
        Thread.startVirtualThread(() -> {
            while (!listening.isClosed()) {
                try {
                    var client = listening.accept();
                    Thread.startVirtualThread(() -> serve(client, served));
                } catch (IOException closed) {
                    return;
                }
            }
        });
        return listening;
    }

    private static void serve(Socket client, Served served) {
        try (client) {
            served.with(client);
        } catch (IOException left) {
            // the client is gone, as the test wants
        }
    }

    private <T> Future<T> later(Callable<T> task) {
        var future = new FutureTask<>(task);
        Thread.startVirtualThread(future);
        return future;
    }
}
