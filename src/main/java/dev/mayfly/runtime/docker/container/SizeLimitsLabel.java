package dev.mayfly.runtime.docker.container;

import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Text;
import dev.mayfly.core.model.Volume;
import dev.mayfly.runtime.LabelReader;
import dev.mayfly.runtime.Ownership;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Size limits of {@code emptyDir} volumes on disk in a container's label ({@code cache=1048576,work=4096}), so that the
 * operator can measure the volumes of a container it finds.
 */
public final class SizeLimitsLabel {
    private static final int BYTES_DIGITS = 18;
    /** Longest name of a volume: a DNS label. */
    private static final int LONGEST_NAME = 63;

    private SizeLimitsLabel() {}

    /** Bytes by volume; empty: the template limits none. */
    public static Map<String, Long> of(Template template) {
        return template.volumes().entrySet().stream()
                .filter(volume ->
                        volume.getValue() instanceof Volume.EmptyDir dir && !dir.memory() && dir.sizeBytes() > 0)
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, volume -> ((Volume.EmptyDir) volume.getValue()).sizeBytes()));
    }

    public static String written(Map<String, Long> limits) {
        return limits.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(limit -> limit.getKey() + "=" + limit.getValue())
                .collect(Collectors.joining(","));
    }

    /**
     * Bytes by volume from these labels; empty if there are none.
     *
     * @param labels knows afterwards whether they can't be read
     */
    static Map<String, Long> of(LabelReader labels) {
        return labels.read(Ownership.EMPTY_DIR_LIMITS, SizeLimitsLabel::parsed).orElse(Map.of());
    }

    private static Map<String, Long> parsed(String text) {
        return Stream.of(text.split(",", -1))
                .map(limit -> limit.split("=", -1))
                .collect(Collectors.toUnmodifiableMap(SizeLimitsLabel::name, SizeLimitsLabel::bytes));
    }

    /** The name becomes part of a path on the host. */
    private static String name(String[] limit) {
        if (!Text.dnsLabel(limit[0], LONGEST_NAME).equals(limit[0]) || limit[0].isEmpty()) {
            throw new IllegalArgumentException("no name of a volume");
        }
        return limit[0];
    }

    private static Long bytes(String[] limit) {
        if (limit.length != 2 || !Text.isNumber(limit[1], BYTES_DIGITS)) {
            throw new IllegalArgumentException("no size");
        }
        return Long.valueOf(limit[1]);
    }
}
