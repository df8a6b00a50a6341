package dev.mayfly.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Makes sure that a directory is memory, so that what is written below it never reaches a disk. */
final class MemoryMount {
    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
    private static final int PATIENCE_SECONDS = 10;

    private final Path root;
    private volatile boolean checked;

    MemoryMount(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    /** A tmpfs is mounted there unless it lies on one. @throws Host.Refused where that can't be */
    void ensure() {
        if (!checked || !Files.exists(root)) {
            makeSure();
        }
    }

    /** One at a time, so that it is mounted once: all need it. */
    private synchronized void makeSure() {
        if (checked && Files.exists(root)) {
            return;
        }
        try {
            Files.createDirectories(root);
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
            if (!isMemory()) {
                mount();
            }
            checked = isMemory();
        } catch (IOException e) {
            throw refused(e.getMessage());
        }
        if (!checked) {
            throw refused("it is on a disk");
        }
    }

    private boolean isMemory() throws IOException {
        return MEMORY.contains(Files.getFileStore(root).type());
    }

    private void mount() throws IOException {
        var mount = new ProcessBuilder(
                        "mount", "-t", "tmpfs", "-o", "nosuid,nodev,mode=0700,size=10%", "mayfly", root.toString())
                .redirectErrorStream(true)
                .start();
        try {
            mount.getOutputStream().close();
            var words = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!mount.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || mount.exitValue() != 0) {
                throw new IOException(words);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("the operator is stopping", stopping);
        } finally {
            mount.destroyForcibly();
        }
    }

    private Host.Refused refused(String words) {
        return new Host.Refused(
                "Files of ConfigMaps and Secrets need memory at " + root + ", and none could be mounted: " + words
                        + ". Mount a tmpfs at " + root.getParent() + " of the engine's host.");
    }
}
