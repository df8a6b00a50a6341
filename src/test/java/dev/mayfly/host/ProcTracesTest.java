package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.host.KernelTraces.GoneContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On directories that look like /proc and /sys. */
class ProcTracesTest {
    private static final String GONE = "0394fce28ed75beb3a81e04e0afd1b9dd1386bf48dfd9654e666830ad135e45e";
    private static final String OTHER = "ec33f3a47f71d103a037fdd77128c1e6fbaaa1d2a0255ed8e55550a1319328d2";
    private static final String NETWORK = "6a24f693e91200000000000000000000000000000000000000000000000000ab";

    @TempDir
    Path root;

    private final List<String> rules = new ArrayList<>();
    private KernelTraces traces;

    @BeforeEach
    void anEngineRuns() throws IOException {
        traces = new ProcTraces(root, () -> rules);
        link("proc/self/ns/pid", "pid:[1]");
        process(10, "pid:[1]", "/usr/bin/dockerd\0-H\0unix:///run/docker.sock\0");
        mounts();
    }

    @Test
    void ofAContainerThatIsGoneNothingIsLeft() {
        assertThat(left()).isEmpty();
    }

    @Test
    void aShimThatStayedBehindIsFound() throws IOException {
        process(20, "pid:[1]", shim(GONE));
        process(21, "pid:[1]", shim(OTHER));

        assertThat(left()).containsExactly("shim with process ID 20 of container 0394fce28ed7");
    }

    /** Every user of a container chooses the arguments that its processes show. */
    @Test
    void aProcessInAContainerThatCallsItselfAShimIsNone() throws IOException {
        process(20, "pid:[4026532186]", shim(GONE));
        process(21, "pid:[1]", "\0\0");
        process(22, "pid:[1]", "containerd-shim-runc-v2\0-id");

        assertThat(left()).isEmpty();
    }

    @Test
    void withoutAnyProcessOfTheEngineNothingIsKnown() throws IOException {
        Files.delete(root.resolve("proc/10/cmdline"));
        process(20, "pid:[4026532186]", "dockerd\0");

        assertThat(traces.of(List.of(gone()))).isEmpty();
    }

    @Test
    void mountsThatStayedBehindAreFound() throws IOException {
        mounts(
                "46 42 0:39 / /var/lib/docker/containers/" + GONE + "/mounts/shm rw - tmpfs shm rw",
                "47 42 0:39 / /run/containerd/io.containerd.runtime.v2.task/moby/" + OTHER
                        + "/rootfs rw - overlay x rw");

        assertThat(left())
                .containsExactly("mount /var/lib/docker/containers/" + GONE + "/mounts/shm of container 0394fce28ed7");
    }

    /** Version 2 with systemd's driver and Docker's; version 1 and the hybrid of both. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sys/fs/cgroup/system.slice/docker-%s.scope",
                "sys/fs/cgroup/docker/%s",
                "sys/fs/cgroup/pids/docker/%s",
                "sys/fs/cgroup/systemd/system.slice/docker-%s.scope",
                "sys/fs/cgroup/unified/docker/%s"
            })
    void aCgroupThatStayedBehindIsFound(String path) throws IOException {
        write(path.formatted(GONE) + "/cgroup.procs", "31\n32\n");
        write(path.formatted(OTHER) + "/cgroup.procs", "");

        assertThat(left()).singleElement().asString().contains(GONE, "with 2 processes of container 0394fce28ed7");
    }

    @Test
    void theNetworkNamespaceIsNotedWhileAProcessShowsItAndFoundWhenItStays() throws IOException {
        write("sys/fs/cgroup/docker/" + GONE + "/cgroup.procs", "31\n");
        link("proc/31/ns/net", "net:[4026532261]");
        mounts(
                "55 27 0:4 net:[4026531833] /run/docker/netns/default rw - nsfs nsfs rw",
                "97 27 0:4 net:[4026532261] /run/docker/netns/c4583ece451c rw - nsfs nsfs rw");

        var place = traces.networkNamespace(GONE);
        Files.delete(root.resolve("sys/fs/cgroup/docker/" + GONE + "/cgroup.procs"));
        Files.delete(root.resolve("sys/fs/cgroup/docker/" + GONE));

        assertThat(place).contains("/run/docker/netns/c4583ece451c");
        assertThat(traces.of(List.of(new GoneContainer(GONE, place))).orElseThrow())
                .isEqualTo(Map.of(
                        GONE, List.of("network namespace /run/docker/netns/c4583ece451c of container 0394fce28ed7")));
        assertThat(traces.networkNamespace(OTHER)).isEmpty();
    }

    @Test
    void aContainerInTheHostsNetworkHasNoNamespaceOfItsOwn() throws IOException {
        write("sys/fs/cgroup/docker/" + GONE + "/cgroup.procs", "31\n");
        link("proc/31/ns/net", "net:[4026531833]");
        mounts("55 27 0:4 net:[4026531833] /run/docker/netns/default rw - nsfs nsfs rw");

        assertThat(traces.networkNamespace(GONE)).isEmpty();
    }

    @Test
    void theBridgeOfARemovedNetworkItsInterfacesAndItsRulesAreFound() throws IOException {
        assertThat(traces.ofNetworks(List.of(NETWORK))).isEmpty();

        write("sys/class/net/br-6a24f693e912/brif/veth3165c1a", "");
        rules.add("-A FORWARD -i br-6a24f693e912 ! -o br-6a24f693e912 -j ACCEPT");
        rules.add("-A FORWARD -i docker0 -o docker0 -j ACCEPT");

        assertThat(traces.ofNetworks(List.of(NETWORK)))
                .isEqualTo(Map.of(
                        NETWORK,
                        List.of(
                                "bridge br-6a24f693e912",
                                "interface veth3165c1a in bridge br-6a24f693e912",
                                "firewall rules for bridge br-6a24f693e912: 1")));
        assertThat(traces.interfaces(NETWORK)).containsExactly("veth3165c1a");
    }

    /** The files of this machine have the format that the fixtures imitate. */
    @Test
    void thisMachineIsRead() {
        var real = new ProcTraces(Path.of("/"), List::of);

        assertThat(real.of(List.of(gone())).orElse(Map.of())).isEmpty();
        assertThat(real.networkNamespace(GONE)).isEmpty();
        assertThat(real.ofNetworks(List.of(NETWORK))).isEmpty();
    }

    private List<String> left() {
        return traces.of(List.of(gone())).orElseThrow().getOrDefault(GONE, List.of());
    }

    private static GoneContainer gone() {
        return new GoneContainer(GONE, Optional.empty());
    }

    private static String shim(String container) {
        return "/usr/bin/containerd-shim-runc-v2\0-namespace\0moby\0-id\0" + container + "\0-address\0/run/x.sock\0";
    }

    private void process(int id, String namespace, String arguments) throws IOException {
        write("proc/" + id + "/cmdline", arguments);
        link("proc/" + id + "/ns/pid", namespace);
    }

    private void mounts(String... lines) throws IOException {
        write("proc/self/mountinfo", String.join("\n", lines));
    }

    private void write(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    private void link(String path, String target) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.createSymbolicLink(root.resolve(path), Path.of(target));
    }
}
