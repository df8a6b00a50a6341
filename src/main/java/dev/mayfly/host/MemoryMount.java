package dev.mayfly.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Ensures that a directory is memory-backed, so that nothing written below it reaches a disk. */
final class MemoryMount {
    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
    private static final int TIMEOUT_SECONDS = 10;

    private final Path root;
    private volatile boolean checked;

    MemoryMount(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    /** Mounts a tmpfs unless the directory is on one. @throws Host.Refused if none can be mounted */
    void ensure() {
        if (!checked || !Files.exists(root)) {
            makeSure();
        }
    }

    /** One call at a time, so that the tmpfs is mounted once: all callers need it. */
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
            var output = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!mount.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || mount.exitValue() != 0) {
                throw new IOException(output);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("the operator is stopping", stopping);
        } finally {
            mount.destroyForcibly();
        }
    }

    private Host.Refused refused(String reason) {
        return new Host.Refused(
                "Files of ConfigMaps and Secrets need memory at " + root + ", and none could be mounted: " + reason
                        + ". Mount a tmpfs at " + root.getParent() + " of the engine's host.");
    }
}
