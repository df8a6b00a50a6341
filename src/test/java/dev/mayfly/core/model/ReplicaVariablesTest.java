package dev.mayfly.core.model;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.mayfly.core.model.Template.Env;
import dev.mayfly.core.model.Template.Env.Kind;
import dev.mayfly.core.model.Template.Mount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaVariablesTest {

    @Test
    void valuesReferToEarlierVariablesOnly() {
        var variables = of(new Env("A", "x"), new Env("B", "$(A)$(C)"), new Env("C", "$$(A) $5 $"));

        assertThat(variables.environment())
                .containsEntry("A", "x")
                .containsEntry("B", "x$(C)")
                .containsEntry("C", "$(A) $5 $");
        assertThat(variables.expandAll(List.of("run", "$(B)", "$$(A)", "$(NONE)", "$5 $")))
                .containsExactly("run", "x$(C)", "$(A)", "$(NONE)", "$5 $");
    }

    @Test
    void aReferenceThatNeverEndsIsText() {
        var variables = of(new Env("A", "x"));

        assertThat(variables.expandAll(List.of("$(A", "$(A)$(A", "$$(A", "$()", "$($(A)", "$")))
                .containsExactly("$(A", "x$(A", "$(A", "$()", "$($(A)", "$");
        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> variables.expandAll(List.of("$(".repeat(60_000), "$($)".repeat(30_000))));
    }

    @Test
    void valuesThatRepeatOthersAreNotExpandedBeyondWhatLinuxTakes() {
        var env = new ArrayList<>(List.of(new Env("V0", "x".repeat(1000)), new Env("V1", "$(V0)".repeat(100))));
        for (var i = 2; i < 256; i++) {
            env.add(new Env("V" + i, "$(V1)"));
        }

        assertThatThrownBy(() -> of(env.toArray(Env[]::new)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("512 KiB");
        var long1 = of(new Env("V0", "x".repeat(100_000)));
        assertThat(long1.expandAll(nCopies(5, "$(V0)"))).hasSize(5);
        assertThatThrownBy(() -> long1.expandAll(nCopies(6, "$(V0)")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("512 KiB");
        assertThatThrownBy(() -> long1.expandAll(nCopies(21, "x".repeat(100_000))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 MiB");
    }

    @Test
    void aLimitOfLinuxIsOneOfBytes() {
        var fits = "\u00e4".repeat(65_000);
        var long1 = "\u00e4".repeat(65_536);

        assertThat(of(new Env("A", fits)).expandAll(List.of(fits))).containsExactly(fits);
        assertThatThrownBy(() -> of(new Env("A", long1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("128 KiB");
        assertThatThrownBy(() -> of(new Env("A", "x")).expandAll(List.of(long1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("128 KiB");
    }

    @Test
    void eachReplicaHasItsOwnNameAndSlot() {
        var variables = of(
                new Env("NAME", "", Kind.REPLICA_NAME),
                new Env("NUMBER", "", Kind.SLOT),
                new Env("ALL", "$(NAME) $(NUMBER) $(MAYFLY_SLOT)"));

        assertThat(variables.environment()).containsEntry("ALL", "web-3 3 3").containsEntry("MAYFLY_SLOT", "3");
    }

    @Test
    void aTasksSlotIsItsCompletionIndex() {
        var index = new Env("LINE", "part $(MAYFLY_INDEX)");
        var task = new ReplicaId(new OwnerId("EphemeralTask", "default", "batch", "uid"), 7, 2);
        var template = Samples.template("busybox:1.36").withProcess(process -> process.withEnv(List.of(index)));
        var variables = ReplicaVariables.of(template, task);

        assertThat(variables.environment())
                .containsEntry("MAYFLY_INDEX", "7")
                .containsEntry("MAYFLY_SLOT", "7")
                .containsEntry("LINE", "part 7");
        assertThat(variables.subPath(new Mount("data", "/data", false, "$(MAYFLY_INDEX)", true)))
                .isEqualTo("7");
        assertThat(of(index).environment()).doesNotContainKey("MAYFLY_INDEX");
    }

    @Test
    void plainValuesAreNotExpanded() {
        assertThat(of(new Env("A", "x"), new Env("P", "$(A)$$", Kind.PLAIN)).environment())
                .containsEntry("P", "$(A)$$");
    }

    @Test
    void aLaterVariableReplacesAnEarlierOneAndMayReferToIt() {
        assertThat(of(new Env("A", "old", Kind.PLAIN), new Env("A", "$(A)er")).environment())
                .containsEntry("A", "older")
                .hasSize(2);
    }

    @Test
    void subPathExprIsExpandedAndStaysInTheVolume() {
        var variables = of(new Env("UP", "../x"), new Env("ROOT", "/etc"));

        assertThat(variables.subPath(mount("a/$(MAYFLY_SLOT)", true))).isEqualTo("a/3");
        assertThat(variables.subPath(mount("$(MAYFLY_SLOT)", false))).isEqualTo("$(MAYFLY_SLOT)");
        assertThatThrownBy(() -> variables.subPath(mount("$(NONE)", true))).hasMessageContaining("refers to $(NONE)");
        assertThatThrownBy(() -> variables.subPath(mount("$(UP)", true))).hasMessageContaining("out of its volume");
        assertThatThrownBy(() -> variables.subPath(mount("$(ROOT)", true))).hasMessageContaining("out of its volume");
    }

    @Test
    void noValueIsShown() {
        var env = new Env("A", "secret", Kind.PLAIN);

        assertThat(of(env).toString() + env).contains("A").doesNotContain("secret");
    }

    private static Mount mount(String subPath, boolean expands) {
        return new Mount("v", "/data", false, subPath, expands);
    }

    private static ReplicaVariables of(Env... env) {
        var base = Samples.template("busybox:1.36");
        var template = base.withProcess(process -> process.withEnv(List.of(env)));
        return ReplicaVariables.of(template, Samples.id(3, 1));
    }
}
