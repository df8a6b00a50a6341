package dev.mayfly.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads {@code /proc/net/route}: a header, then lines with destination and mask in columns 2 and 8 as little-endian
 * hex.
 */
public final class Routes {
    private Routes() {}

    /** Destinations of this machine's routes in CIDR notation, without the default route. Any user may read them. */
    public static List<String> ofThisMachine() {
        try {
            return parse(Files.readAllLines(Path.of("/proc/net/route")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> parse(List<String> lines) {
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
