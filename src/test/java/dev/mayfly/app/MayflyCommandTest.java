package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MayflyCommandTest {
    private static final Set<String> ALL =
            MayflyCommand.commandLine().getSubcommands().keySet();

    static Stream<String> commands() {
        return ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandHasTheNameThatItIsFoundBy(String name) {
        var found =
                MayflyCommand.commandLine(name, "--whatever").getSubcommands().get(name);

        assertThat(found.getCommandSpec().name()).isEqualTo(name);
        assertThat(found.getCommandSpec().qualifiedName()).isEqualTo("mayfly " + name);
    }

    @Test
    void onlyTheNamedCommandIsDescribed() {
        assertThat(MayflyCommand.commandLine("images", "-q").getSubcommands()).containsOnlyKeys("images");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "completion", "--help", "imagse", ""})
    void allAreWhereNoneIsNamedOrOneIsAboutTheOthers(String first) {
        assertThat(MayflyCommand.commandLine(first.split(" ")).getSubcommands())
                .containsOnlyKeys(ALL.toArray(String[]::new));
    }
}
