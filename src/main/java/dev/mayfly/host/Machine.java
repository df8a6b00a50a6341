package dev.mayfly.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What tells this machine from others. Anybody may read it.
 *
 * @param hostname lower case, as Kubernetes names nodes
 * @param machineId content of {@code /etc/machine-id}; empty: it has none
 * @param bootId the kernel's, another one after each boot; empty: not known
 */
public record Machine(String hostname, String machineId, String bootId) {

    /** The machine that the operator runs on. */
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
