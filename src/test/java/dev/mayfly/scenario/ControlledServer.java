package dev.mayfly.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A server that replicas depend on: they wait at its pipe and exit once it is stopped; later ones exit at once. */
final class ControlledServer {
    /** For a shell with the directory mounted at /server. */
    static final String WAIT = "[ -e /server/stopped ] || read x </server/pipe; exit 3";

    private final Path directory;

    ControlledServer(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        Files.createDirectories(directory);
        if (new ProcessBuilder("mkfifo", pipe()).start().waitFor() != 0) {
            throw new IOException("mkfifo " + pipe() + " failed");
        }
    }

    Path directory() {
        return directory;
    }

    /** May be repeated, for replicas that had found it running and did not wait yet. */
    void stop() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("stopped"), "");
        // readers get an end of file; without a reader, this would block
        var writer = new ProcessBuilder("timeout", "1", "sh", "-c", ": >" + pipe()).start();
        writer.waitFor();
    }

    private String pipe() {
        return directory.resolve("pipe").toString();
    }

    void erase() throws IOException {
        try (var all = Files.walk(directory.getParent())) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
