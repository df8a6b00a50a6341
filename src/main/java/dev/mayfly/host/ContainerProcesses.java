package dev.mayfly.host;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processes of containers, which their cgroups show. */
final class ContainerProcesses {
    private static final Splitter NAMES = Splitter.on('/');

    private final Path proc;

    /** @param proc {@code /proc}, except in tests */
    ContainerProcesses(Path proc) {
        this.proc = proc;
    }

    /** The handle knows when its process began: it does not kill another one that has the same ID by then. */
    void kill(String container, long process) {
        ProcessHandle.of(process).filter(handle -> isIn(container, process)).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Docker's two drivers for cgroups name them differently. */
    private boolean isIn(String container, long process) {
        try {
            return Files.readAllLines(proc.resolve(process + "/cgroup"), StandardCharsets.ISO_8859_1).stream()
                    .flatMap(NAMES::splitToStream)
                    .anyMatch(name -> name.equals(container) || name.equals("docker-" + container + ".scope"));
        } catch (IOException ended) {
            return false;
        }
    }
}
