package dev.mayfly.operator.cluster;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.ReferencedObjects.Kept;
import dev.mayfly.testing.AnsweringApiServer;
import dev.mayfly.testing.AnsweringApiServer.Request;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With an API server that takes its time for the Secrets whose names begin with "slow". */
class RepeatedReadsTest {
    private static final OwnerId HOSTILE = new OwnerId("EphemeralWorkload", "hostile", "web", "u1");
    private static final OwnerId SHOP = new OwnerId("EphemeralWorkload", "shop", "web", "u2");

    private final CountDownLatch slow = new CountDownLatch(1);
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Set<OwnerId> woken = ConcurrentHashMap.newKeySet();

    @Test
    void aNamespaceDoesNotDelayTheReadsOfAnother() throws IOException {
        try (var server = new AnsweringApiServer(this::answer);
                var reads = new RepeatedReads();
                var objects = new ReferencedObjects<String, Secret>(
                        name -> server.client().secrets().inNamespace("any").withName(name),
                        reads,
                        name -> true,
                        new Kept<Secret>(secret -> {}, secret -> 1),
                        woken::add)) {
            objects.refer(
                    HOSTILE, IntStream.range(0, 64).mapToObj(i -> "slow-" + i).collect(toSet()));
            await().until(() -> !asked.isEmpty());

            try {
                objects.refer(SHOP, Set.of("quick"));
                await().until(() -> woken.contains(SHOP));
                assertThat(woken).doesNotContain(HOSTILE);
            } finally {
                slow.countDown();
            }
        }
    }

    @ParameterizedTest(name = "it took {0} and fits {1}: {2}")
    @CsvSource({"PT0.01S, true, PT5S", "PT0.5S, true, PT10S", "PT8S, true, PT1M", "PT0.01S, false, PT1M"})
    void whatIsSlowToReadOrDoesNotFitIsReadLessOften(Duration took, boolean fits, Duration pause) {
        assertThat(RepeatedReads.pause(took, fits)).isEqualTo(pause);
    }

    private Secret answer(Request request) {
        var name = request.path().substring(request.path().lastIndexOf('/') + 1);
        asked.add(name);
        if (name.startsWith("slow")) {
            try {
                slow.await();
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        }
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withResourceVersion("1")
                .endMetadata()
                .build();
    }
}
