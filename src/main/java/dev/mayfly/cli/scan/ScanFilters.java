package dev.mayfly.cli.scan;

import dev.mayfly.cli.FilterOption;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/** The filters of {@code mayfly scan --filter}: {@code docker ps}' keys, and whether a container wrote. */
final class ScanFilters {
    static final Map<String, BiPredicate<Scanned, String>> KEYS = Map.of(
            "name", (scanned, value) -> FilterOption.matches(scanned.name(), value),
            "id", (scanned, value) -> scanned.container().getId().startsWith(value),
            "status", (scanned, value) -> scanned.state().equals(value),
            "ancestor", (scanned, value) -> FilterOption.matches(scanned.imageReference(), value),
            "label", ScanFilters::hasLabel,
            "wrote", (scanned, value) -> Boolean.toString(scanned.mayLoseData()).equals(value));

    private ScanFilters() {}

    private static boolean hasLabel(Scanned scanned, String value) {
        var labels =
                Optional.ofNullable(scanned.container().getConfig().getLabels()).orElse(Map.of());
        var parts = value.split("=", 2);
        return parts.length == 1 ? labels.containsKey(value) : parts[1].equals(labels.get(parts[0]));
    }
}
