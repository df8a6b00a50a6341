package dev.mayfly.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Identifies this machine. Any user may read these values.
 *
 * @param hostname in lower case, as Kubernetes names nodes
 * @param machineId content of {@code /etc/machine-id}; empty if it can't be read
 * @param bootId the kernel's id of this boot; empty if it can't be read
 */
public record Machine(String hostname, String machineId, String bootId) {

    /** The machine the operator runs on. */
    public static Machine here() {
        return new Machine(
                read("/proc/sys/kernel/hostname").toLowerCase(Locale.ROOT),
                read("/etc/machine-id"),
                read("/proc/sys/kernel/random/boot_id"));
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException none) {
            return "";
        }
    }
}
