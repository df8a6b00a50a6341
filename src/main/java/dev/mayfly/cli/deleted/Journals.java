package dev.mayfly.cli.deleted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The operators' journals of deletions on this machine. */
final class Journals {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The older file first. */
    private static final List<String> FILES = List.of("audit.jsonl.1", "audit.jsonl");

    private final Path directory;

    /** @param directory {@code /var/lib/mayfly} */
    Journals(Path directory) {
        this.directory = directory;
    }

    /**
     * Lines that can't be parsed are skipped: the last one may be half written.
     *
     * @throws Refusal if a journal is there and can't be read
     */
    void read(Predicate<Deleted> wanted, Consumer<Deleted> found) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var clusters = Files.newDirectoryStream(directory)) {
            for (var cluster : clusters) {
                for (var file : FILES) {
                    read(cluster.resolve(file), wanted, found);
                }
            }
        } catch (IOException unreadable) {
            throw refused(directory);
        }
    }

    private static void read(Path journal, Predicate<Deleted> wanted, Consumer<Deleted> found) {
        if (!Files.isRegularFile(journal)) {
            return;
        }
        try (var lines = Files.newBufferedReader(journal, StandardCharsets.UTF_8)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                parsed(line).filter(wanted).ifPresent(found);
            }
        } catch (IOException unreadable) {
            throw refused(journal);
        }
    }

    private static Optional<Deleted> parsed(String line) {
        try {
            return JSON.readTree(line) instanceof ObjectNode fields && fields.has("uid")
                    ? Optional.of(Deleted.ofLine(fields))
                    : Optional.empty();
        } catch (JsonProcessingException half) {
            return Optional.empty();
        }
    }

    private static Refusal refused(Path path) {
        return new Refusal(
                Printable.of(path.toString()) + " can't be read: run this with sudo on the operator's machine");
    }
}
