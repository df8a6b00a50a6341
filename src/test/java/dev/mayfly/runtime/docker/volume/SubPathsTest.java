package dev.mayfly.runtime.docker.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Mount;
import dev.mayfly.core.model.Volume;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.docker.Templates;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubPathsTest {
    @ParameterizedTest
    @CsvSource({
        "$(MAYFLY_SLOT), 3",
        "of/$(MAYFLY_SLOT)/$(GREETING), of/3/hello",
        "$$(MAYFLY_SLOT), $(MAYFLY_SLOT)",
        "plain, plain"
    })
    void variablesAreTheReplicasOwn(String expression, String path) {
        assertThat(of(expression, true)).isEqualTo(path);
    }

    @Test
    void withoutExpressionNothingIsReplaced() {
        assertThat(of("$(MAYFLY_SLOT)", false)).isEqualTo("$(MAYFLY_SLOT)");
    }

    @ParameterizedTest
    @CsvSource({"$(NONE), refers to $(NONE)", "a/$(GREETING)/.$(DOT), refers to $(DOT)"})
    void aVariableThatIsNotThereIsRefused(String expression, String words) {
        assertThatThrownBy(() -> of(expression, true))
                .isInstanceOf(Host.Refused.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a//b", "/a", "a/..", "../a", "a/./b", "a/"})
    void whatLeadsOutOrIsNotNormalIsRefused(String expression) {
        assertThatThrownBy(() -> of(expression, true))
                .isInstanceOf(Host.Refused.class)
                .hasMessageContaining("the variables in it");
    }

    /** The guard knows the engine's containers, and no Pods. */
    @Test
    void aPartOfAClaimIsRefusedBeforeTheDiskOrTheEngineIsAsked() {
        var volumes = new ReplicaVolumes(
                new NamedVolumes("0123456789ab"),
                Optional.empty(),
                new MountGuard(path -> path, "", InstantSource.system()),
                new EmptyDirLimits(
                        Optional.empty(), new ReplicaIndex(), owner -> Duration.ofSeconds(1), InstantSource.system()),
                new HostWork());
        var claim = new Volume.Claim("data", "/srv/mayfly/pv", false);
        var template = Templates.with(Map.of("v", claim), List.of(new Mount("v", "/a", true, "part", false)));
        var launch = new Launch(Samples.id(3, 1), "v1", template, 0, 0, Samples.NOON, Priority.SCALE);

        assertThatThrownBy(() -> volumes.mounts(null, launch))
                .isInstanceOf(Host.Refused.class)
                .hasMessageContaining("subPath part of persistentVolumeClaim data is refused: a Pod")
                .hasMessageContaining("Mount the whole claim");
    }

    private static String of(String subPath, boolean expands) {
        var launch = new Launch(Samples.id(3, 1), "v1", Templates.plain(), 0, 0, Samples.NOON, Priority.SCALE);
        return ReplicaVolumes.subPath(launch, new Mount("v", "/a", false, subPath, expands));
    }
}
