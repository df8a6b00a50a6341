package dev.mayfly.runtime.docker.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.core.DockerClientConfig;
import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.Answers;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which containers are in the warm pool, which of them are held, and which one that is paused is to serve. */
class HeldContainerTest {
    private static final String USUAL = Answers.name();
    private static final String POOLED = Ownership.pooledName(Answers.LAUNCH.id());
    private static final String OWN_NAME = "\"net\":{\"IPAddress\":\"10.0.0.2\",\"Aliases\":[\"web-3\"]}";
    private static final String OWNERS_NAME = "\"net\":{\"IPAddress\":\"10.0.0.2\",\"Aliases\":[\"web\"]}";

    /** As an operator sees it that starts anew. */
    @ParameterizedTest
    @CsvSource({
        "Paused, true,  true,  HELD,    true,",
        "Paused, true,  false, RUNNING, true,",
        "Paused, false, true,  RUNNING, false, INTERRUPTED",
        "Paused, false, false, RUNNING, false,",
        "'',     false, true,  RUNNING, false, PAUSED",
    })
    void theNameTellsAHeldOneFromOneThatIsPausedAndIsToServe(
            String hold, boolean pooled, boolean paused, Phase phase, boolean warm, Kind changed) {
        var found = snapshot(hold, pooled ? POOLED : USUAL, paused, hold.isEmpty() ? OWNERS_NAME : OWN_NAME);

        assertThat(found.replica().phase()).isEqualTo(phase);
        assertThat(found.replica().warm()).isEqualTo(warm);
        assertThat(found.changed()).isEqualTo(Optional.ofNullable(changed));
    }

    @Test
    void oneThatWasNotMadeForThePoolIsNotInItUnderAnyName() {
        assertThat(Ownership.read(Answers.CLUSTER, POOLED, Answers.labels())).isEmpty();
    }

    @Test
    void aLineOfTheListTellsOneOfThePoolToo() {
        assertThat(ContainerSnapshot.ofRunning(Answers.CLUSTER, listed(POOLED)))
                .hasValueSatisfying(found -> assertThat(found.replica().warm()).isTrue());
        assertThat(ContainerSnapshot.ofRunning(Answers.CLUSTER, listed(USUAL)))
                .hasValueSatisfying(found -> assertThat(found.replica().warm()).isFalse());
    }

    @Test
    void onlyOneThatJoinsItsNetworkLaterIsHeldOutsideOfIt() {
        assertThat(snapshot("Disconnected", POOLED, true, "").changed()).isEmpty();
        assertThat(snapshot("Disconnected", USUAL, false, "").changed()).contains(Kind.DISCONNECTED);
        assertThat(snapshot("Disconnected", USUAL, false, OWNERS_NAME).changed())
                .isEmpty();
        assertThat(snapshot("Paused", POOLED, true, "").changed()).contains(Kind.DISCONNECTED);
    }

    @Test
    void whatServesAndIsPausedIsPausedByAnotherClient() {
        var paused = snapshot("Paused", USUAL, true, OWN_NAME);
        var serving = paused.replica();
        var interrupted = serving.withHealth(health ->
                health.withChanged(Optional.of(new OutsideChange(Kind.INTERRUPTED, Answers.LAUNCH.notBefore()))));

        assertThat(paused.of(serving).changed()).contains(Kind.PAUSED);
        assertThat(paused.of(interrupted).changed()).contains(Kind.INTERRUPTED);
    }

    @Test
    void whatServesAndGetsTheNameOfOneInThePoolIsChanged() {
        var serving = snapshot("Paused", USUAL, false, OWN_NAME).replica();

        assertThat(snapshot("Paused", POOLED, false, OWN_NAME).of(serving).changed())
                .contains(Kind.RENAMED);
        assertThat(snapshot("Paused", POOLED, true, OWN_NAME).of(serving).changed())
                .contains(Kind.PAUSED);
    }

    @Test
    void whatIsBeingReleasedIsAsTheEngineShowsIt() {
        var held = snapshot("Paused", POOLED, true, OWN_NAME);
        Replica pending = held.replica().in(Phase.PENDING, held.replica().since());

        assertThat(held.of(pending)).isEqualTo(held);
        assertThat(held.of(held.replica())).isEqualTo(held);
    }

    private static ContainerSnapshot snapshot(String hold, String name, boolean paused, String networks) {
        var state = Answers.state(true, 0, "", Answers.STARTED, Answers.NEVER)
                .replace("\"Running\"", "\"Paused\":" + paused + ",\"Running\"");
        var json = ("{\"Id\":\"c1\",\"Name\":\"/%s\",\"Created\":\"%s\",\"Config\":{\"Labels\":%s},"
                        + "\"HostConfig\":{\"NetworkMode\":\"net\"},\"NetworkSettings\":{\"Networks\":{%s}},\"State\":%s}")
                .formatted(name, Answers.CREATED, labels(hold), networks, state.replace("/*oom*/", ""));
        return ContainerSnapshot.of(Answers.CLUSTER, read(json, InspectContainerResponse.class))
                .orElseThrow();
    }

    private static Container listed(String name) {
        return read(
                "{\"Id\":\"c1\",\"Names\":[\"/%s\"],\"Created\":1767268800,\"State\":\"running\",\"Labels\":%s}"
                        .formatted(name, labels(Hold.Paused.name())),
                Container.class);
    }

    private static String labels(String hold) {
        var labels = Answers.labels();
        labels.put(Ownership.WARM, hold);
        return Answers.text(labels);
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return DockerClientConfig.getDefaultObjectMapper().readValue(json, type);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
