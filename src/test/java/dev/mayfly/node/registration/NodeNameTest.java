package dev.mayfly.node.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeNameTest {

    @ParameterizedTest
    @CsvSource({
        "mayfly, host, mayfly-host",
        "Blue, Host.example.org, blue-host-example-org",
        "_a, b_, a-b",
        "ä, '', mayfly",
        "mayfly, '', mayfly"
    })
    void aNameIsMadeOfInstallationAndIdentity(String installation, String identity, String name) {
        assertThat(NodeName.of(installation, identity)).isEqualTo(name);
    }

    @Test
    void aLongNameIsCutAndStillValid() {
        var name = NodeName.of("a".repeat(62), "host");

        assertThat(name).isEqualTo("a".repeat(62));
        assertThat(NodeName.of("a", "b".repeat(300))).hasSize(63);
        assertThat(NodeName.valid("b".repeat(63))).hasSize(63);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "A", "a.b", "a_b", "a b"})
    void anInvalidNameIsRefusedWithTheSetting(String name) {
        assertThatThrownBy(() -> NodeName.valid(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mayfly.node.registered-name");
    }
}
