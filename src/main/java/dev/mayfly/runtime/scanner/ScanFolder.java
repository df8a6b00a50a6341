package dev.mayfly.runtime.scanner;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A directory of one scan, for this user only; it goes with the scan, else at a sweep. */
final class ScanFolder implements AutoCloseable {
    private final Path path;
    private volatile boolean closed;

    /** @param mark tells the directories of this installation from others' */
    ScanFolder(String mark) throws IOException {
        path = Files.createTempDirectory("mayfly-scan-" + mark + "-");
    }

    Path path() {
        return path;
    }

    /** @throws FileSystemException where it is the file that can't be written, as on a full disk, not the stream that can't be read */
    void write(InputStream from, Path file) throws IOException {
        try (var to = new FilterOutputStream(Files.newOutputStream(file)) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    out.write(bytes, offset, length);
                } catch (IOException refused) {
                    throw new FileSystemException(file.toString(), null, refused.getMessage());
                }
            }
        }) {
            from.transferTo(to);
        }
    }

    /** True once its scan has ended, whether or not it could be removed. */
    boolean closed() {
        return closed;
    }

    @Override
    public void close() throws IOException {
        try {
            remove(path);
        } finally {
            closed = true;
        }
    }

    static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                directory.toFile().setWritable(true, true); // a scanner may have unpacked one that nobody may write to
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failed) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
