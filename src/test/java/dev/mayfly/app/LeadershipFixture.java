package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.app.EngineLease.Store;
import dev.mayfly.core.model.Samples;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.runtime.ShutdownEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Operators with one Lease, which can be out of reach. */
abstract class LeadershipFixture {
    static final String ENGINE = "engine-1";
    static final Duration MOMENT = Duration.ofMillis(200);
    private static final Duration CALL = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    final Cluster cluster = new Cluster();
    private final List<Operator> operators = new ArrayList<>();
    private Path here;

    @BeforeEach
    void host() throws IOException {
        here = Files.createDirectory(directory.resolve("here"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (var operator : operators) {
            operator.end();
        }
    }

    static void stays(Operator operator) {
        await().during(MOMENT).until(() -> operator.exits.get() == 0);
    }

    Operator leading(Operator operator) {
        if (cluster.lease == null) {
            cluster.takenBy(operator.leadership.identity());
        }
        operator.leadership.begin();
        assertThat(operator.engine.starts).as("connected before it leads").isEqualTo(1);
        return operator;
    }

    Operator onHost(String identity) throws IOException {
        return operator(identity, Optional.of(HostFence.join(identity, here)), Optional.of(ENGINE));
    }

    Operator elsewhere(String identity, String engine) throws IOException {
        var there = Files.createDirectories(directory.resolve("there"));
        return operator(identity, Optional.of(HostFence.join(identity, there)), Optional.of(engine));
    }

    Operator overNetwork(String identity, Optional<String> engine) {
        return operator(identity, Optional.empty(), engine);
    }

    /** @param valid how long after a renewal it may change something */
    Operator overNetwork(String identity, Duration valid) {
        return operator(identity, Optional.empty(), Optional.of(ENGINE), timing(valid.plus(CALL)));
    }

    /** Without an engine: no request of it comes too late. @param lease duration of its Lease */
    Operator withoutEngine(String identity, Duration lease) {
        var timing = new LeaseTiming(lease, Duration.ofMillis(20), Duration.ofMillis(60), Duration.ZERO);
        return operator(identity, Optional.empty(), Optional.of("none"), timing);
    }

    private static LeaseTiming timing(Duration lease) {
        return new LeaseTiming(lease, Duration.ofMillis(20), Duration.ofMillis(60), CALL);
    }

    private Operator operator(String identity, Optional<HostFence> fence, Optional<String> id) {
        return operator(identity, fence, id, timing(Duration.ofMinutes(10)));
    }

    private Operator operator(String identity, Optional<HostFence> fence, Optional<String> id, LeaseTiming timing) {
        var engine = new Engine(cluster, id);
        var leads = new AtomicInteger();
        var exits = new AtomicInteger();
        var lease = new EngineLease(
                cluster,
                "feedfeedfeed",
                identity,
                fence.map(HostFence::directoryId).orElse(""),
                "boot",
                Duration.ofMinutes(10),
                () -> Samples.NOON);
        var leadership = new Leadership(lease, fence, engine, leads::incrementAndGet, exits::incrementAndGet, timing);
        var operator = new Operator(leadership, fence, engine, leads, exits);
        operators.add(operator);
        return operator;
    }

    record Operator(
            Leadership leadership, Optional<HostFence> fence, Engine engine, AtomicInteger leads, AtomicInteger exits) {

        void end() throws InterruptedException {
            leadership.stopping(new ShutdownEvent());
            leadership.stop(new ShutdownEvent());
            fence.ifPresent(HostFence::close);
        }
    }

    static final class Engine implements Leadership.Engine {
        private final Cluster cluster;
        private final Optional<String> id;
        volatile int starts;
        /** Runs while it connects. */
        volatile Runnable connects = () -> {};

        volatile BooleanSupplier acts = () -> false;
        /** How often the Lease had been written when the connections were closed; empty: they are open. */
        volatile Optional<Integer> closed = Optional.empty();

        Engine(Cluster cluster, Optional<String> id) {
            this.cluster = cluster;
            this.id = id;
        }

        @Override
        public Optional<String> id() {
            return id;
        }

        @Override
        public void start(BooleanSupplier acts) {
            this.acts = acts;
            starts++;
            connects.run();
        }

        @Override
        public void close() {
            closed = Optional.of(cluster.writes);
        }
    }

    /** A Lease in a cluster. */
    static final class Cluster implements Store {
        volatile boolean reachable = true;
        volatile boolean bindable = true;
        /** How many of the next writes come upon a Lease that somebody has just renewed. */
        volatile int conflicts;

        volatile boolean broken;
        volatile int failures;
        volatile Lease lease;
        volatile int renewals;
        volatile int writes;

        @Override
        public Optional<Lease> read() {
            if (!reachable) {
                throw new KubernetesClientException("Connection refused");
            }
            if (broken) {
                failures++;
                throw new IllegalStateException("nobody expects this");
            }
            return Optional.ofNullable(lease);
        }

        @Override
        public synchronized void write(Lease written) {
            read();
            if (conflicts > 0) {
                conflicts--;
                throw new KubernetesClientException("the object has been modified", 409, null);
            }
            if (!bindable && written.getMetadata().getAnnotations().containsKey("mayfly.dev/bound-engine")) {
                throw new KubernetesClientException("Conflict");
            }
            if (lease == null || written.getSpec().getRenewTime() != null) {
                renewals++;
            }
            lease = written;
            writes++;
        }

        synchronized void takenBy(String identity) {
            var known = lease == null
                    ? new LeaseBuilder().withNewMetadata().endMetadata().build()
                    : lease;
            lease = new LeaseBuilder(known)
                    .withNewSpec()
                    .withHolderIdentity(identity)
                    .endSpec()
                    .build();
        }

        /** As the framework does. */
        synchronized void renew() {
            lease = new LeaseBuilder(lease)
                    .editSpec()
                    .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                    .endSpec()
                    .build();
        }

        String holder() {
            return lease.getSpec().getHolderIdentity();
        }

        Optional<String> boundTo() {
            return Optional.ofNullable(lease)
                    .map(held -> held.getMetadata().getAnnotations())
                    .map(marks -> marks.get("mayfly.dev/bound-identity"));
        }
    }
}
