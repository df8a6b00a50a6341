package dev.mayfly.runtime.docker.replica;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Security;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.docker.Templates;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NonRootTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "root", "0", "00", "0000000000", "0:0", "00:1000", "root:root", ":1000"})
    void rootIsRefused(String user) {
        assertThatThrownBy(() -> NonRoot.require(template(-1), user))
                .isInstanceOf(Host.Refused.class)
                .hasMessageContaining("runs as root")
                .hasMessageContaining("securityContext.runAsUser");
    }

    @ParameterizedTest
    @ValueSource(strings = {"toor", "node", "nobody", "+0", "-0", "0x0", " 0", "0 ", "\u0660", "1000a", "99999999999"})
    void aNameMayStandForRootAsForTheKubelet(String user) {
        assertThatThrownBy(() -> NonRoot.require(template(-1), user))
                .isInstanceOf(Host.Refused.class)
                .hasMessageContaining("/etc/passwd")
                .hasMessageContaining("securityContext.runAsUser");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1000", "1000:0", "065534"})
    void anotherNumberIsNot(String user) {
        assertThatCode(() -> NonRoot.require(template(-1), user)).doesNotThrowAnyException();
    }

    @Test
    void theTemplatesUserCountsBeforeTheImages() {
        assertThatCode(() -> NonRoot.require(template(1000), "root")).doesNotThrowAnyException();
        assertThatThrownBy(() -> NonRoot.require(template(0), "1000")).isInstanceOf(Host.Refused.class);
    }

    @Test
    void withoutTheRuleAnyUserMayRun() {
        assertThatCode(() -> NonRoot.require(Templates.plain(), "root")).doesNotThrowAnyException();
    }

    private static Template template(long runAsUser) {
        return Templates.secured(new Security(runAsUser, -1, -1, true, List.of(), List.of()));
    }
}
