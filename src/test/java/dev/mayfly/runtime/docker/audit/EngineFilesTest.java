package dev.mayfly.runtime.docker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import dev.mayfly.host.LinuxHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of the engine's own files count as written. */
class EngineFilesTest {
    private static final String CREATED = """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            ff00::0\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """;
    private static final String OWN = "10.207.0.2\tweb-0\n";
    private static final Instant LONG_AGO = Instant.now().minusSeconds(3600);
    private static final Instant SOON = Instant.now().plusSeconds(3600);

    @TempDir
    Path directory;

    private final EngineFiles files = new EngineFiles();
    private LinuxHost host;

    @BeforeEach
    void aContainerIsMade() throws IOException {
        host = new LinuxHost(directory, directory);
        hosts(CREATED + OWN);
        Files.writeString(directory.resolve("log"), "");
    }

    @Test
    void whatTheEngineWritesToTheResolversFileWhileItStartsAContainerIsNoFinding() throws IOException {
        Files.writeString(directory.resolve("resolv.conf"), "nameserver 127.0.0.11\n");
        var started = Instant.now().plusMillis(50);

        assertThat(files.changed(host, layers(started))).isEmpty();
    }

    @Test
    void aLaterWriteIsOne() throws IOException {
        Files.writeString(directory.resolve("resolv.conf"), "nameserver 127.0.0.11\n");
        var layers = layers(Instant.now().plusMillis(50));
        files.changed(host, layers);

        Files.writeString(directory.resolve("resolv.conf"), "nameserver 192.0.2.1\n");

        assertThat(files.changed(host, layers)).containsExactly("/etc/resolv.conf");
    }

    @Test
    void aWriteBeforeTheFirstScanIsFound() throws IOException {
        Files.writeString(directory.resolve("resolv.conf"), "nameserver 192.0.2.1\n");

        assertThat(files.changed(host, layers(Instant.now().minusSeconds(1)))).containsExactly("/etc/resolv.conf");
    }

    /** Another client restarted the container: the engine makes the file anew, and then enters its resolver. */
    @Test
    void contentThatTheEngineRecordedAsItsOwnIsNoFinding() throws IOException {
        Files.writeString(directory.resolve("resolv.conf"), "nameserver 127.0.0.11\n");
        var layers = layers(Instant.now().plusMillis(50));
        files.changed(host, layers);

        resolver("nameserver 192.0.2.1\n", "nameserver 192.0.2.1\n");
        assertThat(files.changed(host, layers)).isEmpty();
        resolver("nameserver 127.0.0.11\n", "nameserver 192.0.2.1\n");
        assertThat(files.changed(host, layers)).isEmpty();

        resolver("nameserver 192.0.2.66\n", "nameserver 192.0.2.1\n");
        assertThat(files.changed(host, layers)).containsExactly("/etc/resolv.conf");
        resolver("nameserver 192.0.2.1\n", "");
        assertThat(files.changed(host, layers)).containsExactly("/etc/resolv.conf");
    }

    private void resolver(String content, String recorded) throws IOException {
        Files.writeString(directory.resolve("resolv.conf"), content);
        Files.writeString(
                directory.resolve("resolv.conf.hash"),
                recorded.isEmpty() ? "" : "sha256:" + Hashing.sha256().hashString(recorded, StandardCharsets.UTF_8));
    }

    @Test
    void theEnginesOwnLineIsTakenOutWhenTheContainerEnds() throws IOException {
        files.changed(host, withoutLog(SOON));

        hosts(CREATED);

        assertThat(files.changed(host, withoutLog(SOON))).isEmpty();
    }

    @Test
    void aWriteBesideThatLineStaysAFindingAfterItsEnd() throws IOException {
        files.changed(host, withoutLog(SOON));

        hosts(CREATED + "10.0.0.1 mirror\n");

        assertThat(files.changed(host, withoutLog(SOON))).containsExactly("/etc/hosts");
    }

    @Test
    void oneThatEndsBeforeItsFirstAuditIsComparedWithWhatEnginesCreate() throws IOException {
        for (var created : List.of(
                CREATED, CREATED.replace("fe00::0", "fe00::").replace("ff00::0", "ff00::"), "127.0.0.1\tlocalhost\n")) {
            hosts(created);
            assertThat(new EngineFiles().changed(host, withoutLog(LONG_AGO))).isEmpty();
        }

        for (var written : List.of(
                CREATED + "10.0.0.1 mirror\n",
                "10.0.0.1\tlocalhost\n",
                "",
                CREATED.replace("::1\tlocalhost ip6-localhost ip6-loopback\n", ""))) {
            hosts(written);
            assertThat(new EngineFiles().changed(host, withoutLog(LONG_AGO)))
                    .as(written)
                    .containsExactly("/etc/hosts");
        }
    }

    @Test
    void aReplicaHidesNothingBehindALineThatLooksLikeTheEngines() throws IOException {
        files.changed(host, withoutLog(SOON));

        for (var hidden : List.of(
                CREATED + "10.0.0.1\tweb-0\n",
                CREATED + "10.207.0.2\tweb-0 mirror\n",
                CREATED + OWN + OWN,
                CREATED + OWN.strip(),
                CREATED + "\n" + OWN,
                CREATED + OWN + OWN.repeat(4000) + "10.0.0.1 mirror\n")) {
            hosts(hidden);
            assertThat(files.changed(host, withoutLog(SOON)))
                    .as(hidden.substring(0, Math.min(400, hidden.length())))
                    .containsExactly("/etc/hosts");
        }
    }

    @Test
    void aContainerThatJoinsAnotherNetworkGetsALineMore() throws IOException {
        files.changed(host, withoutLog(SOON));

        hosts(CREATED + OWN + "10.9.0.7\tweb-0\n");

        assertThat(files.changed(host, layers(Set.of("10.207.0.2\tweb-0", "10.9.0.7\tweb-0"), Optional.empty(), SOON)))
                .isEmpty();
    }

    private void hosts(String content) throws IOException {
        Files.writeString(directory.resolve("hosts"), content);
    }

    private ContainerLayers layers(Instant started) {
        return layers(Set.of(OWN.strip()), Optional.of(directory.resolve("log")), started);
    }

    /** The start counts as the time at which the engine had created the files. */
    private ContainerLayers withoutLog(Instant started) {
        return layers(Set.of(OWN.strip()), Optional.empty(), started);
    }

    private ContainerLayers layers(Set<String> own, Optional<Path> log, Instant started) {
        return new ContainerLayers(
                "id",
                "overlay2",
                Optional.empty(),
                Set.of(),
                Map.of("/etc/hosts", directory.resolve("hosts"), "/etc/resolv.conf", directory.resolve("resolv.conf")),
                own,
                log,
                Optional.of(started));
    }
}
