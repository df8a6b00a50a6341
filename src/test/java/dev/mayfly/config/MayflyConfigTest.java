package dev.mayfly.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MayflyConfigTest {

    @Test
    void everyKeyHasADefault() {
        var config = Configs.of(Map.of());

        assertThat(config.runtime().byDefault()).isEqualTo("Docker");
        assertThat(config.engine().pingTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.capacity().reserveMemory().getNumericalAmount()).isEqualByComparingTo("268435456");
        assertThat(config.hostPathPrefixes()).containsExactly("/srv/mayfly/<namespace>");
        assertThat(config.capabilitiesAllowed()).hasSize(8).doesNotContain("NET_RAW", "SYS_CHROOT");
    }

    @Test
    void aMisspeltKeyIsRefused() {
        assertThatThrownBy(() -> Configs.of(Map.of("mayfly.engine.docker-hosts", "unix:///x")))
                .hasMessageContaining("mayfly.engine.docker-hosts");
    }

    @Test
    void aReserveThatIsNotAQuantityIsRefused() {
        assertThatThrownBy(() -> Configs.of(Map.of("mayfly.capacity.reserve-memory", "much")))
                .hasMessageContaining("mayfly.capacity.reserve-memory");
    }
}
