package dev.mayfly.testing;

import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.testing.engine.Docker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whether a running container serves, by the test's own definition: not by what Mayfly says. */
public interface Readiness {
    /** It serves by running. */
    Definition RUNNING = (container, labels) -> () -> true;

    boolean now();

    /** How readiness is determined, chosen when a container starts. */
    interface Definition {
        /** @param labels the container's, among others that the engine may have added */
        Readiness of(String container, Map<String, String> labels);
    }

    /** It serves while this file exists in it, looked for from this host: what happens meanwhile changes nothing there. */
    static Definition file(String path) {
        return (container, labels) -> {
            var root = Path.of("/proc", Long.toString(pid(container)), "root");
            var file = Path.of(root.toString(), path);
            var last = new AtomicBoolean();
            return () -> {
                var there = Files.exists(file);
                if (Files.exists(root)) { // of one that was just killed the last answer counts
                    last.set(there);
                }
                return last.get();
            };
        };
    }

    /** @return 0, which no process has, where it runs no more */
    private static long pid(String container) {
        try {
            return Docker.client()
                    .inspectContainerCmd(container)
                    .exec()
                    .getState()
                    .getPidLong();
        } catch (NotFoundException gone) {
            return 0;
        }
    }
}
