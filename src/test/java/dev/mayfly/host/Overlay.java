package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Globs;
import dev.mayfly.host.WritableLayer.Extent;
import dev.mayfly.host.WritableLayer.Unchanged;
import dev.mayfly.host.WritableLayer.WriteSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** A real overlay mount: two image layers and a writable one, in which a shell writes as a container would. */
final class Overlay implements AutoCloseable {
    private final Path root;
    private final Path merged;

    Overlay() throws IOException {
        root = Files.createTempDirectory("overlay");
        merged = root.resolve("merged");
        sh(root, "mkdir base top upper work merged");
        sh(root.resolve("base"), """
                mkdir -p etc var/lib/app var/log deep/er gone
                echo one >etc/conf; echo hosts >etc/hosts; ln -s conf etc/link; echo x >deep/er/file
                echo 1 >gone/a; echo 2 >gone/b; touch -d 2001-01-01 etc/conf; mkfifo etc/pipe""");
        sh(
                root.resolve("top"),
                "mkdir -p etc; echo from-top >etc/upper-conf; echo hosts >etc/hosts; mkdir -p hidden/in");
        sh(root, "mount -t overlay overlay -o lowerdir=top:base,upperdir=upper,workdir=work merged");
    }

    /** Runs a script in the root of the merged directory. */
    void sh(String script) {
        sh(merged, script);
    }

    WritableLayer layer(String... engineMade) {
        return WritableLayer.of(
                root.resolve("upper"), List.of(root.resolve("top"), root.resolve("base")), Set.of(engineMade));
    }

    /** Scans once. @return writes such as {@code Added /path}, sorted */
    Collection<String> found(String... engineMade) {
        var writes = new FoundWrites(new Globs(List.of()), List.of(), Instant.EPOCH);
        scan(writes, engineMade);
        assertThat(writes.count()).isLessThanOrEqualTo(AuditReport.LISTED);
        var found = new TreeSet<String>();
        writes.writes().forEach(write -> found.add(write.kind() + " " + write.path()));
        return found;
    }

    Extent scan(WriteSink sink, String... engineMade) {
        return LayerWalk.of(layer(engineMade), sink, new Unchanged(), Instant.now(), true, Pace.FREE)
                .orElseThrow();
    }

    /** Scans once, at that pace. */
    void scan(Pace pace) {
        LayerWalk.of(layer(), (path, kind, directory) -> true, new Unchanged(), Instant.now(), true, pace);
    }

    private static void sh(Path directory, String script) {
        try {
            var process = new ProcessBuilder("bash", "-ec", script)
                    .directory(directory.toFile())
                    .inheritIO()
                    .start();
            assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(script).isZero();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        sh(root, "umount merged");
        sh(root, "rm -rf -- '" + root + "'");
    }
}
