package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Texts and trees as somebody would write them who wants to stop or slow what reads them, and how long reading may take.
 */
public final class ForeignInput {
    /** Length of the longest input. */
    public static final int LONGEST = 64 << 10;
    /**
     * CPU time that reading it may take. What is linear takes 50 ms at most on a quiet machine, and 140 ms were seen on a busy one. What
     * begins again at each of 65,536 characters takes 400 ms (a substring of each), 880 ms (a search from each) or 19 s (the JDK's
     * regular expressions) there, compiled by C1 as in these tests.
     */
    private static final Duration MOST = Duration.ofMillis(250);
    /** The first tries run before the compiler has seen the code; a garbage collection may interrupt others. */
    private static final int TRIES = 12;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ForeignInput() {}

    /** Reads an input. */
    @FunctionalInterface
    public interface Reading {
        void run() throws Exception;
    }

    /**
     * Fails if reading the input takes more than {@link #MOST} of CPU time, the fastest of several tries. What it throws is
     * passed on: the caller knows which exceptions are answers.
     */
    public static void assertSoon(Reading reading) throws Exception {
        var fastest = MOST.plusNanos(1);
        for (var i = 0; i < TRIES && fastest.compareTo(MOST) > 0; i++) {
            var began = THREADS.getCurrentThreadCpuTime();
            reading.run();
            fastest = Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - began);
        }
        assertThat(fastest).as("CPU time of the fastest of %d tries", TRIES).isLessThanOrEqualTo(MOST);
    }

    /**
     * Texts of up to 64 KiB: a few pieces, each of which may be repeated as often as fits. Such texts take the time of
     * readers that begin again at each repetition.
     *
     * @param words what means something to the reader
     */
    public static Arbitrary<String> texts(String... words) {
        var piece = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.of(words)),
                Tuple.of(1, Arbitraries.strings().ofMaxLength(6)),
                Tuple.of(1, Arbitraries.strings().ascii().ofMaxLength(6)));
        var pieces = piece.list().ofMinSize(1).ofMaxSize(4).map(parts -> String.join("", parts));
        var repeated = Combinators.combine(pieces, Arbitraries.of(1, 1, 2, 30, LONGEST))
                .as(ForeignInput::repeat);
        return repeated.list().ofMinSize(1).ofMaxSize(4).map(parts -> cut(String.join("", parts)));
    }

    private static String repeat(String text, int times) {
        return text.isEmpty() ? text : text.repeat(Math.min(times, Math.ceilDiv(LONGEST, text.length())));
    }

    /** The beginning, with the end: the last repetition is where a pattern fails. */
    private static String cut(String text) {
        var end = text.substring(Math.max(0, text.length() - 100));
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - end.length()) + end;
    }

    /**
     * JSON texts: trees of these keys and values, some cut off in the middle, some nested without end.
     *
     * @param values JSON of single values, besides those that every reader may meet
     */
    public static Arbitrary<String> json(List<String> keys, String... values) {
        var any = Arbitraries.oneOf(
                Arbitraries.of(values),
                Arbitraries.of(
                        "null",
                        "true",
                        "-1",
                        "0",
                        "1e9",
                        "1e400000",
                        "9".repeat(400),
                        "\"\"",
                        "[]",
                        "{}",
                        "\"\\u0000\""));
        var names = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.of(keys)), Tuple.of(1, Arbitraries.of("", "a", "\\ud800")));
        var trees = tree(any, names, 3);
        return Arbitraries.frequencyOf(
                Tuple.of(20, trees),
                Tuple.of(1, trees.map(text -> text.substring(0, text.length() / 2))),
                Tuple.of(1, Arbitraries.of("[", "{\"a\":", "[{\"exec\":").map(text -> repeat(text, LONGEST))),
                Tuple.of(1, texts("{", "\"", ":", ",", "[", "\\u00", "1e", "null")));
    }

    private static Arbitrary<String> tree(Arbitrary<String> leaf, Arbitrary<String> names, int depth) {
        if (depth == 0) {
            return leaf;
        }
        var below = Arbitraries.lazy(() -> tree(leaf, names, depth - 1));
        var objects = Arbitraries.maps(names, below)
                .ofMaxSize(6)
                .map(fields -> fields.entrySet().stream()
                        .map(field -> "\"" + field.getKey() + "\":" + field.getValue())
                        .collect(Collectors.joining(",", "{", "}")));
        var arrays = below.list().ofMaxSize(3).map(all -> "[" + String.join(",", all) + "]");
        return Arbitraries.frequencyOf(Tuple.of(2, leaf), Tuple.of(5, objects), Tuple.of(1, arrays));
    }

    /** A map with some of these keys, each with one of the texts. */
    public static Arbitrary<Map<String, String>> maps(List<String> keys, Arbitrary<String> values) {
        return Arbitraries.maps(Arbitraries.of(keys), values).ofMaxSize(6);
    }
}
