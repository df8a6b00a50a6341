package dev.mayfly.runtime.docker.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Mount;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.docker.Templates;
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

    private static String of(String subPath, boolean expands) {
        var launch = new Launch(Samples.id(3, 1), "v1", Templates.plain(), 0, 0, Samples.NOON, Priority.SCALE);
        return ReplicaVolumes.subPath(launch, new Mount("v", "/a", false, subPath, expands));
    }
}
