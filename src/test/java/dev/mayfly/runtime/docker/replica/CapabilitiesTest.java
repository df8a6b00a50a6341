package dev.mayfly.runtime.docker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import dev.mayfly.core.model.Template.Security;
import dev.mayfly.runtime.docker.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {

    @Test
    void whatOrdinaryImagesNeverNeedIsTakenAway() {
        var capabilities = of(List.of(), List.of());

        assertThat(capabilities.add()).isEmpty();
        assertThat(capabilities.drop())
                .containsExactlyInAnyOrder(
                        Capability.NET_RAW,
                        Capability.MKNOD,
                        Capability.AUDIT_WRITE,
                        Capability.SYS_CHROOT,
                        Capability.SETFCAP,
                        Capability.SETPCAP);
    }

    @Test
    void capabilitiesThatTheUserDropsAreRemovedOnce() {
        assertThat(of(List.of(), List.of("CHOWN", "MKNOD")).drop())
                .contains(Capability.CHOWN)
                .doesNotHaveDuplicates();
    }

    @Test
    void whatTheUserAddsIsNotDropped() {
        var capabilities = of(List.of("NET_RAW", "SYS_TIME"), List.of());

        assertThat(capabilities.add()).containsExactly(Capability.SYS_TIME);
        assertThat(capabilities.drop()).contains(Capability.MKNOD).doesNotContain(Capability.NET_RAW);
    }

    @Test
    void dropAllLeavesOnlyWhatIsAdded() {
        var capabilities = of(List.of("NET_BIND_SERVICE"), List.of("ALL"));

        assertThat(capabilities.add()).containsExactly(Capability.NET_BIND_SERVICE);
        assertThat(capabilities.drop()).containsExactly(Capability.ALL);
    }

    private static Capabilities of(List<String> add, List<String> drop) {
        return Capabilities.of(new Security(-1, -1, -1, false, add, drop), Settings.CAPABILITIES);
    }
}
