package dev.mayfly.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

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

    /** Destinations of this machine's routes in CIDR notation, without the default route. Any user may read them. */
    public static List<String> routes() {
        try {
            return routes(Files.readAllLines(Path.of("/proc/net/route")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param lines of {@code /proc/net/route}: a header, then lines with destination and mask in columns 2 and 8 as
     *     little-endian hex
     */
    static List<String> routes(List<String> lines) {
        return lines.stream()
                .skip(1)
                .map(line -> line.trim().split("\\s+"))
                .filter(columns -> columns.length > 7)
                .flatMap(columns -> destination(columns[1], columns[7]))
                .toList();
    }

    private static Stream<String> destination(String destination, String mask) {
        var prefix = Integer.bitCount(Integer.parseUnsignedInt(mask, 16));
        if (prefix == 0) {
            return Stream.empty(); // the default route covers every address and reserves none
        }
        var address = Integer.reverseBytes(Integer.parseUnsignedInt(destination, 16));
        return Stream.of("%d.%d.%d.%d/%d"
                .formatted(address >>> 24, address >>> 16 & 255, address >>> 8 & 255, address & 255, prefix));
    }
}
