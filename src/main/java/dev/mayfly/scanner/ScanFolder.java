package dev.mayfly.scanner;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** The temporary directory of one scan, accessible to this user only. Removed with the scan, else by a sweep. */
final class ScanFolder implements AutoCloseable {
    private final Path path;
    private volatile boolean closed;

    /** @param mark distinguishes the directories of this installation from those of others */
    ScanFolder(String mark) throws IOException {
        path = Files.createTempDirectory("mayfly-scan-" + mark + "-");
    }

    Path path() {
        return path;
    }

    /**
     * @throws FileSystemException if the file can't be written, as on a full disk; other IOExceptions come from the
     *     stream
     */
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

    /** True once the scan has ended, even if the directory could not be removed. */
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
                directory.toFile().setWritable(true, true); // a scanner may have unpacked a read-only directory
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
