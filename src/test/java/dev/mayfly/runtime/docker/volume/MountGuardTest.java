package dev.mayfly.runtime.docker.volume;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.Container;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.volume.MountGuard.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MountGuardTest {
    private static final ReplicaId FIRST = Samples.id(0, 1);
    private static final ReplicaId SECOND = Samples.id(1, 1);

    private final List<Container> engine = new ArrayList<>();
    private String privileged = "";
    private Instant now = Samples.NOON;
    /** A path that nothing may look at any longer, as on a server that does not answer. */
    private String hanging = "";

    private final MountGuard guard = new MountGuard(this::resolved, "/var/run/docker.sock", () -> now);

    private String resolved(String path) {
        if (path.equals(hanging)) {
            throw new AssertionError(path + " would be waited for");
        }
        return path.replace("/link", "/v");
    }

    @Test
    void aPathBelowWhatAnotherReplicaWritesToIsRefused() {
        hold(FIRST, writable("/v"));

        assertRefused(SECOND, readOnly("/v/a/b"), "/v/a/b lies in /v");
        assertLet(SECOND, writable("/v"));
        assertLet(SECOND, writable("/vv/a"));
    }

    @Test
    void whatIsMountedReadOnlyIsNoDanger() {
        hold(FIRST, readOnly("/v"));

        assertLet(SECOND, writable("/v/a"));
    }

    @Test
    void aWritableMountAboveAPathInUseIsRefusedForItCouldBeMovedAway() {
        hold(FIRST, writable("/v/a"));

        assertRefused(SECOND, writable("/v"), "has /v/a in it");
        assertLet(SECOND, readOnly("/v"));
    }

    @Test
    void theReplicasOwnMountsCountAsWell() {
        assertThatThrownBy(() -> guard.hold(FIRST, List.of(writable("/v"), writable("/v/a")), census()))
                .isInstanceOf(Host.Refused.class)
                .hasMessageContaining("the same replica");
    }

    @Test
    void whatIsReleasedOrEndedIsFreeAgain() {
        hold(FIRST, writable("/v"));
        guard.release(FIRST);
        assertLet(SECOND, writable("/v/a"));

        container("mayfly_default_web-1_1_uid-web", "exited", "/v/a", true);
        later();
        assertLet(FIRST, writable("/v"));
    }

    @Test
    void aReplicasContainerIsItsOwnUnderThePoolsNameToo() {
        container(Ownership.pooledName(FIRST), "created", "/v", true);
        later();

        assertLet(FIRST, writable("/v/a"));
    }

    @Test
    void whatNoReplicaHoldsAnyLongerIsFreeAgain() {
        hold(FIRST, writable("/v"));

        guard.retain(() -> Set.of(SECOND));

        assertLet(SECOND, writable("/v/a"));
    }

    @Test
    void foreignContainersCountEvenIfTheyAreOnlyCreated() {
        container("stranger", "created", "/v", true);

        assertRefused(FIRST, readOnly("/v/a"), "container stranger");
    }

    @Test
    void aStrangersLinkIsResolved() {
        container("stranger", "running", "/link", true);

        assertRefused(FIRST, readOnly("/v/a"), "lies in /v");
    }

    @Test
    void theMountsOfAContainerThatRunsAreLookedAtOnce() {
        container("stranger", "running", "/link", true);
        assertRefused(FIRST, readOnly("/v/a"), "lies in /v");

        hanging = "/link";
        later();

        assertRefused(FIRST, readOnly("/v/a"), "lies in /v");
        assertLet(FIRST, writable("/w"));
    }

    @Test
    void aStrangerWhoIsRootOnTheHostAnywayDoesNotCount() {
        container("node", "running", "/v", true);
        privileged = "node";

        assertLet(FIRST, writable("/v/a"));
    }

    @Test
    void theEngineListsContainersAtMostOnceASecond() {
        assertLet(FIRST, writable("/v/a"));
        container("stranger", "running", "/v", true);
        assertLet(FIRST, writable("/v/a"));

        later();

        assertRefused(FIRST, writable("/v/a"), "container stranger");
    }

    private void hold(ReplicaId id, Place place) {
        guard.hold(id, List.of(place), census());
    }

    private void assertLet(ReplicaId id, Place place) {
        assertThatCode(() -> hold(id, place)).doesNotThrowAnyException();
        guard.release(id);
    }

    private void assertRefused(ReplicaId id, Place place, String words) {
        assertThatThrownBy(() -> hold(id, place))
                .isInstanceOf(Host.Refused.class)
                .hasMessageContaining(words);
    }

    private void later() {
        now = now.plusSeconds(2);
    }

    private void container(String name, String state, String source, boolean writable) {
        var json =
                "{\"Id\": \"%s\", \"Names\": [\"/%s\"], \"State\": \"%s\", \"Mounts\": [{\"Source\": \"%s\", \"RW\": %s}]}";
        try {
            engine.add(
                    new ObjectMapper().readValue(json.formatted(name, name, state, source, writable), Container.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private MountGuard.Census census() {
        return new MountGuard.Census() {
            @Override
            public List<Container> containers() {
                return engine;
            }

            @Override
            public boolean privileged(String container) {
                return container.equals(privileged);
            }
        };
    }

    private static Place writable(String path) {
        return new Place(path, true);
    }

    private static Place readOnly(String path) {
        return new Place(path, false);
    }
}
