package dev.mayfly.host;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * A journal in files that only root can read: {@code audit.jsonl}, the rotated {@code audit.jsonl.1}, and
 * {@code ledger/}.
 */
public final class FileJournal implements Journal {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,100}");

    private static final Logger LOG = Logger.getLogger(FileJournal.class);
    private static final String NOTE = ".json";
    private static final String UNFINISHED = ".new";
    private static final long MAX_BYTES = 10 << 20;
    private static final FileAttribute<?> ROOT_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> ROOT_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Writes the lines one after the other, and alone rotates a full file. Its thread ends when idle. */
    private final ExecutorService writer = new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("journal").factory());

    private final Path lines;
    private final Path notes;
    private final long maxBytes;

    /** @param data a directory for this operator only, such as {@code /var/lib/mayfly/<cluster>} */
    public FileJournal(Path data) {
        this(data, MAX_BYTES);
    }

    FileJournal(Path data, long maxBytes) {
        this.lines = data.resolve("audit.jsonl");
        this.notes = data.resolve("ledger");
        this.maxBytes = maxBytes;
    }

    @Override
    public boolean keeps() {
        return true;
    }

    @Override
    public Optional<String> note(String name) {
        try {
            var file = file(name);
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            LOG.warnf("A note of the journal can't be read: %s", e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void note(String name, String text) throws IOException {
        Files.createDirectories(notes, ROOT_ONLY_DIRECTORY);
        var unfinished = notes.resolve(name + UNFINISHED);
        Files.deleteIfExists(unfinished);
        write(unfinished, text);
        Files.move(unfinished, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public Set<String> names() {
        if (!Files.exists(notes)) {
            return Set.of();
        }
        try (var files = Files.list(notes)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(NOTE) || file.endsWith(UNFINISHED))
                    .map(file -> file.substring(0, file.lastIndexOf('.')))
                    .collect(Collectors.toSet());
        } catch (IOException | UncheckedIOException e) {
            LOG.warnf("The notes of the journal can't be listed: %s", e.getMessage());
            return Set.of();
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(file(name));
        Files.deleteIfExists(notes.resolve(name + UNFINISHED));
    }

    @Override
    public void append(String line) throws IOException {
        try {
            writer.submit(() -> written(line)).get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException full ? full : new IOException(failed.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("the operator is stopping", stopping);
        }
    }

    private Path written(String line) throws IOException {
        if (Files.exists(lines) && Files.size(lines) + line.length() >= maxBytes) {
            Files.move(lines, lines.resolveSibling("audit.jsonl.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        write(lines, line + "\n");
        return lines;
    }

    private static void write(Path file, String text) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        try (var channel = FileChannel.open(file, options, ROOT_ONLY_FILE)) {
            var size = channel.size();
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException full) {
                channel.truncate(size); // a partial line would corrupt the next one
                throw full;
            }
        }
    }

    private Path file(String name) {
        if (!NAME.matches(name)) {
            throw new IllegalArgumentException(name + " is no name of a note");
        }
        return notes.resolve(name + NOTE);
    }
}
