package dev.mayfly.ops;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.runtime.scanner.ScanFormat;
import dev.mayfly.runtime.scanner.Scanner;
import java.util.List;
import java.util.Map;

/** Creates the external scanners that the configuration names. */
final class ConfiguredScanners {
    private ConfiguredScanners() {}

    /** @throws IllegalArgumentException if a scanner is invalid, which stops the operator at its start */
    static List<Scanner> of(Map<String, MayflyConfig.Scanner> configured) {
        return configured.entrySet().stream()
                .map(entry -> scanner(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Scanner scanner(String name, MayflyConfig.Scanner settings) {
        var format = ScanFormat.of(settings.format());
        return new Scanner(
                name,
                settings.command(),
                format,
                settings.threshold().orElse(format.threshold()),
                settings.timeout(),
                settings.environment().orElse(List.of()),
                settings.maximumAge());
    }
}
