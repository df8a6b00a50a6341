package dev.mayfly.operator.cluster;

import java.util.List;

/** Handles lists of a spec, which are null if the manifest omits them. */
public final class Lists {
    private Lists() {}

    public static <T> List<T> orEmpty(List<T> given) {
        return given == null ? List.of() : List.copyOf(given);
    }
}
