package dev.mayfly.cli.scan;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.Mount;
import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.cli.scan.WriteScan.Scanned.AnonymousVolume;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Counts a volume's files: in its directory on the engine's host, else in a tar that the engine makes. */
final class VolumeContent {
    /** With more files the size is printed as "at least". */
    private static final int MAX_FILES = 100_000;

    /** The same limit for the bytes of a tar, which is sent through the engine's socket. */
    private static final long MAX_BYTES = 256L << 20;

    private final Instant created;
    private long bytes;
    private long files;
    private long changed;

    private VolumeContent(Instant created) {
        this.created = created;
    }

    static AnonymousVolume of(InspectContainerResponse container, Mount mount, EngineReader engine) {
        var content = new VolumeContent(Instant.parse(container.getCreated()));
        var counted = content.count(container.getId(), mount, engine);
        return new AnonymousVolume(
                mount.getName(),
                mount.getDestination().getPath(),
                content.bytes,
                content.files,
                content.changed,
                counted);
    }

    private boolean count(String container, Mount mount, EngineReader engine) {
        var directory = Path.of(mount.getSource());
        try {
            if (engine.local() && Files.isReadable(directory)) {
                return walk(directory);
            }
            return read(engine, container, mount.getDestination().getPath());
        } catch (IOException | DockerException gone) {
            return false;
        }
    }

    private boolean walk(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                count(attributes.size(), attributes.lastModifiedTime().toInstant());
                return files < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return files < MAX_FILES;
    }

    private boolean read(EngineReader engine, String container, String path) throws IOException {
        try (var tar = new TarArchiveInputStream(engine.archive(container, path))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (!entry.isDirectory()) {
                    count(entry.getSize(), entry.getLastModifiedDate().toInstant());
                }
                if (files >= MAX_FILES || bytes >= MAX_BYTES) {
                    return false;
                }
            }
        }
        return true;
    }

    private void count(long size, Instant modified) {
        files++;
        bytes += size;
        if (modified.isAfter(created)) {
            changed++;
        }
    }
}
