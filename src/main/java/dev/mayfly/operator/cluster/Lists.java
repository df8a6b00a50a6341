package dev.mayfly.operator.cluster;

import java.util.List;

/** Lists of a spec, which are null where the manifest has none. */
public final class Lists {
    private Lists() {}

    public static <T> List<T> orEmpty(List<T> given) {
        return given == null ? List.of() : List.copyOf(given);
    }
}
