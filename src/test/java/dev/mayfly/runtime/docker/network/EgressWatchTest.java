package dev.mayfly.runtime.docker.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.mayfly.core.model.Samples;
import dev.mayfly.runtime.RuntimeUnavailable;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EgressWatchTest {
    private final DockerClient first = connection();
    private final DockerClient second = connection();
    private final List<DockerClient> looks = new ArrayList<>();
    private DockerClient connected;
    private boolean answers = true;
    private boolean leads = true;
    private Instant now = Samples.NOON;
    private final EgressWatch watch = new EgressWatch(this::engine, this::look, () -> leads, () -> now);

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void itLooksAtOnceAfterEachConnectionAndThenPeriodically() {
        watch.tick();
        assertThat(looks).isEmpty();

        connected = first;
        watch.tick();
        now = Samples.NOON.plus(EgressWatch.INTERVAL).minusSeconds(1);
        watch.tick();
        assertThat(looks).containsExactly(first);

        connected = second;
        watch.tick();
        assertThat(looks).containsExactly(first, second);

        now = now.plus(EgressWatch.INTERVAL);
        watch.tick();
        assertThat(looks).containsExactly(first, second, second);
    }

    @Test
    void aLookThatFailedIsRepeatedWithTheNextTick() {
        connected = first;
        answers = false;
        watch.tick();

        answers = true;
        watch.tick();
        watch.tick();

        assertThat(looks).containsExactly(first, first);
    }

    @Test
    void anOperatorThatNoLongerLeadsChangesNoRule() {
        connected = first;
        leads = false;

        watch.tick();

        assertThat(looks).isEmpty();
    }

    private DockerClient engine() {
        if (connected == null) {
            throw new RuntimeUnavailable("The engine is being connected to", null);
        }
        return connected;
    }

    private void look(DockerClient engine) {
        looks.add(engine);
        if (!answers) {
            throw new RuntimeUnavailable("The engine does not answer", null);
        }
    }

    /** One that is only compared. */
    private static DockerClient connection() {
        return (DockerClient) Proxy.newProxyInstance(
                DockerClient.class.getClassLoader(),
                new Class<?>[] {DockerClient.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> method.getName();
                });
    }
}
