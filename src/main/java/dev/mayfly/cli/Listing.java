package dev.mayfly.cli;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A list that a command prints, before the user's choice of its form.
 *
 * @param items in the order in which they are printed
 * @param name of an item, {@code kind/name}
 * @param id of an item, for other commands to take
 */
public record Listing<T>(List<T> items, List<Column<T>> columns, Function<T, String> name, Function<T, String> id) {

    /**
     * A column of the table.
     *
     * @param wide true: only with {@code -o wide}
     * @param cell what stands in the item's row, and whether the table is wide, so that nothing is abridged
     */
    public record Column<T>(String header, boolean wide, BiFunction<T, Boolean, String> cell) {
        /** A column of each table. */
        public static <T> Column<T> of(String header, Function<T, String> cell) {
            return new Column<>(header, false, (item, wide) -> cell.apply(item));
        }

        /** A column of wide tables. */
        public static <T> Column<T> wide(String header, Function<T, String> cell) {
            return new Column<>(header, true, (item, wide) -> cell.apply(item));
        }

        /** A column that lists things, of which a table that is not wide shows a few. */
        public static <T> Column<T> list(String header, Function<T, List<String>> things, int most) {
            return new Column<>(
                    header,
                    false,
                    (item, wide) -> Columns.abbreviated(things.apply(item), wide ? Integer.MAX_VALUE : most));
        }
    }
}
