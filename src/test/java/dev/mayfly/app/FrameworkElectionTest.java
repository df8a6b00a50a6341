package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.config.Configs;
import dev.mayfly.config.LeaseSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectorBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The properties of the framework's election that {@link Leadership} is made for. */
class FrameworkElectionTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final InMemory lock = new InMemory();
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicInteger stops = new AtomicInteger();
    private CompletableFuture<?> election = CompletableFuture.completedFuture(null);

    @AfterEach
    void end() {
        election.cancel(true);
        threads.shutdownNow();
    }

    @Test
    void anElectionThatIsOverRenewsNothingAnyMoreAndEndsNoOperator() {
        elect(starts::incrementAndGet);
        await().until(() -> starts.get() == 1);

        lock.reachable = false;
        await().until(() -> stops.get() == 1);
        lock.reachable = true;

        var writes = lock.writes;
        await().during(Duration.ofMillis(500)).until(() -> lock.writes == writes);
        assertThat(LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration("mayfly")
                        .build()
                        .isExitOnStopLeading())
                .isFalse();
    }

    @Test
    void anOperatorThatRefusesToBeginIsToldThatTheElectionIsOver() {
        elect(() -> {
            throw new IllegalStateException("another operator is bound to this engine");
        });

        await().until(() -> stops.get() == 1);
    }

    /** The time is left for one request that gets no answer, and for another one of ours, until others may take the Lease. */
    @Test
    void aLeaseIsLostLongBeforeAnotherOperatorMayTakeIt() {
        var overTheNetwork = LeaseSettings.duration(Configs.of(Map.of()), false);

        assertThat(overTheNetwork.minus(LeaseSettings.renewDeadline(overTheNetwork)))
                .isGreaterThanOrEqualTo(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theElectionAcceptsTheDurations(boolean fenced) {
        var lease = LeaseSettings.duration(Configs.of(Map.of()), fenced);
        var callbacks = new LeaderCallbacks(starts::incrementAndGet, stops::incrementAndGet, leader -> {});

        new LeaderElectorBuilder(null, threads)
                .withConfig(new LeaderElectionConfig(
                        lock,
                        lease,
                        LeaseSettings.renewDeadline(lease),
                        LeaseSettings.retry(lease),
                        callbacks,
                        false,
                        "mayfly"))
                .build(); // it checks them
    }

    private void elect(Runnable start) {
        var callbacks = new LeaderCallbacks(start, stops::incrementAndGet, leader -> {});
        var config = new LeaderElectionConfig(
                lock,
                Duration.ofMillis(600),
                Duration.ofMillis(300),
                Duration.ofMillis(20),
                callbacks,
                false,
                "mayfly");
        election = new LeaderElector(null, config, threads).start();
    }

    private static final class InMemory implements Lock {
        private volatile boolean reachable = true;
        private volatile LeaderElectionRecord record;
        private volatile int writes;

        @Override
        public LeaderElectionRecord get(KubernetesClient client) {
            if (!reachable) {
                throw new KubernetesClientException("Connection refused");
            }
            return record;
        }

        @Override
        public void create(KubernetesClient client, LeaderElectionRecord created) {
            update(client, created);
        }

        @Override
        public synchronized void update(KubernetesClient client, LeaderElectionRecord updated) {
            get(client);
            record = updated;
            writes++;
        }

        @Override
        public String identity() {
            return "host";
        }

        @Override
        public String describe() {
            return "in memory";
        }
    }
}
