package dev.mayfly.scanner;

import com.google.re2j.Pattern;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The temporary directories of this operator's scans, including those that interrupted scans left behind. */
public final class ScanFolders {
    /** The random number is appended by the JDK. */
    private static final Pattern NAME = Pattern.compile("mayfly-scan-(.+)-\\d+");

    private final String mark;
    private final Consumer<String> warnings;
    private final List<ScanFolder> open = new ArrayList<>();
    private final Set<Path> stuck = ConcurrentHashMap.newKeySet();

    /**
     * @param mark distinguishes the directories of this installation from those of others
     * @param warnings receives one message per directory that can't be removed, with the remedy
     */
    ScanFolders(String mark, Consumer<String> warnings) {
        this.mark = mark;
        this.warnings = warnings;
    }

    /** The mark in a directory's name; empty if the name is not that of a scan's directory. */
    public static Optional<String> mark(String name) {
        return Optional.of(NAME.matcher(name)).filter(match -> match.matches()).map(match -> match.group(1));
    }

    synchronized ScanFolder open() throws IOException {
        open.removeIf(ScanFolder::closed);
        var folder = new ScanFolder(mark);
        open.add(folder);
        return folder;
    }

    /** Removes the directories of scans that are no longer running. */
    void sweep() {
        for (var folder : leftovers()) {
            try {
                ScanFolder.remove(folder);
                stuck.remove(folder);
            } catch (IOException refused) {
                if (stuck.add(folder)) {
                    warnings.accept(folder + " is left of a scan that was cut off, and can't be removed (" + refused
                            + "): sudo rm -rf " + folder);
                }
            }
        }
    }

    private boolean ours(Path folder) {
        return mark(folder.getFileName().toString()).filter(mark::equals).isPresent();
    }

    /** Locked against {@link #open}: a directory that is made but not yet recorded would look like a leftover. */
    private synchronized List<Path> leftovers() {
        var temporary = Path.of(System.getProperty("java.io.tmpdir"));
        var leftovers = new ArrayList<Path>();
        try (var found = Files.newDirectoryStream(temporary, this::ours)) {
            found.forEach(leftovers::add);
        } catch (IOException | DirectoryIteratorException notReadable) {
            if (stuck.add(temporary)) {
                warnings.accept(temporary + " can't be read (" + notReadable
                        + "), so leftovers of scans stay there: chmod u+rwx " + temporary);
            }
        }
        open.stream().filter(folder -> !folder.closed()).map(ScanFolder::path).forEach(leftovers::remove);
        return leftovers;
    }

    /** The temporary directory of one scan, accessible to this user only. Removed with the scan, else by a sweep. */
    static final class ScanFolder implements AutoCloseable {
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
}
