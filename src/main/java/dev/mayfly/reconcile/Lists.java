package dev.mayfly.reconcile;

import java.util.List;

/** Lists of a spec, which are null where the manifest has none. */
final class Lists {
    private Lists() {}

    static <T> List<T> orEmpty(List<T> given) {
        return given == null ? List.of() : List.copyOf(given);
    }
}
