package dev.mayfly.runtime.docker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.host.KernelTraces;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.engine.EngineSettings.Egress;
import dev.mayfly.runtime.docker.network.EgressGuard;
import dev.mayfly.runtime.docker.network.NamespaceNetworks;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RemnantsTest {
    private static final OwnerId OTHER = new OwnerId("EphemeralWorkload", "shop", "other", "uid-other");

    private final Kernel kernel = new Kernel();
    private final NamespaceNetworks networks = new NamespaceNetworks(
            Settings.of("0123456789ab"),
            List::of,
            new EgressGuard("0123456789ab", new Egress(true, false, List.of()), Optional.empty()));
    private final Remnants remnants = new Remnants(Optional.of(kernel), networks);

    @Test
    void whatStaysOfARemovedContainerIsReportedForItsWorkloadUntilItIsGone() {
        kernel.left.put("c1", List.of("shim with process ID 20 of container c1"));
        remnants.removed(Samples.WEB, remnants.leaving("c1"));
        remnants.removed(OTHER, remnants.leaving("c2"));

        assertThat(remnants.check(Samples.WEB, Set.of()).orElseThrow())
                .containsExactly("shim with process ID 20 of container c1");
        assertThat(remnants.check(OTHER, Set.of()).orElseThrow()).isEmpty();

        kernel.left.clear();
        assertThat(remnants.check(Samples.WEB, Set.of()).orElseThrow()).isEmpty();
    }

    @Test
    void aContainerOfWhichNothingIsLeftIsForgotten() {
        remnants.removed(Samples.WEB, remnants.leaving("c1"));
        remnants.check(Samples.WEB, Set.of());

        kernel.left.put("c1", List.of("a cgroup of somebody else's container with that ID"));

        assertThat(remnants.check(Samples.WEB, Set.of()).orElseThrow()).isEmpty();
    }

    @Test
    void aContainerThatTheEngineStillListsIsNotLeftBehind() {
        kernel.left.put("c1", List.of("shim with process ID 20 of container c1"));
        remnants.removed(Samples.WEB, remnants.leaving("c1"));

        assertThat(remnants.check(Samples.WEB, Set.of("c1")).orElseThrow()).isEmpty();
        assertThat(remnants.check(Samples.WEB, Set.of()).orElseThrow()).hasSize(1);
    }

    @Test
    void aContainerThatWasJustRemovedIsNoAlarm() {
        kernel.left.put("c1", List.of("shim with process ID 20 of container c1"));
        remnants.removed(Samples.WEB, remnants.leaving("c1"));

        assertThat(remnants.checkAll(Set.of(), Map.of()).orElseThrow()).isEmpty();
    }

    @Test
    void anInterfaceCountsAsLeftIfTwoChecksFindMoreThanContainers() {
        kernel.interfaces = List.of("veth1", "veth2", "veth3");

        assertThat(remnants.checkAll(Set.of(), Map.of("net", 1)).orElseThrow()).isEmpty();
        assertThat(remnants.checkAll(Set.of(), Map.of("net", 2)).orElseThrow())
                .containsExactly("interfaces of no container in network net: 1");
        assertThat(remnants.checkAll(Set.of(), Map.of("net", 3)).orElseThrow()).isEmpty();
    }

    @Test
    void fromWhereTheKernelCannotBeSeenNothingIsClaimed() {
        assertThat(new Remnants(Optional.empty(), networks).check(Samples.WEB, Set.of()))
                .isEmpty();

        kernel.visible = false;
        assertThat(remnants.check(Samples.WEB, Set.of())).isEmpty();
        assertThat(remnants.checkAll(Set.of(), Map.of())).isEmpty();
    }

    private static final class Kernel implements KernelTraces {
        private final Map<String, List<String>> left = new HashMap<>();
        private List<String> interfaces = List.of();
        private boolean visible = true;

        @Override
        public Optional<Map<String, List<String>>> of(Collection<GoneContainer> gone) {
            var found = new HashMap<>(left);
            found.keySet().retainAll(gone.stream().map(GoneContainer::id).toList());
            return visible ? Optional.of(found) : Optional.empty();
        }

        @Override
        public Map<String, List<String>> ofNetworks(Collection<String> removed) {
            return Map.of();
        }

        @Override
        public List<String> interfaces(String network) {
            return interfaces;
        }

        @Override
        public Optional<String> networkNamespace(String container) {
            return Optional.empty();
        }
    }
}
