package dev.mayfly.model;

import java.util.BitSet;
import java.util.List;

/**
 * Globs over whole paths: {@code *} matches any characters except {@code /}, {@code **} matches any characters, {@code
 * ?} matches one character except {@code /}; {@code /**}{@code /} also matches a single slash. The JDK's globs are not
 * used: its paths depend on the locale, and its regular expressions take exponential time for patterns built to cause
 * that.
 */
public final class Globs {
    private static final String ANY = "**";

    private final List<String> patterns;

    public Globs(List<String> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    /** True if one of the globs matches the path. */
    public boolean match(String path) {
        return patterns.stream().anyMatch(pattern -> matches(pattern, path));
    }

    /** True if one of the globs matches everything below the directory. */
    public boolean matchAllBelow(String directory) {
        return patterns.stream().anyMatch(pattern -> pattern.endsWith(ANY) && matches(pattern, directory + "/"));
    }

    /**
     * Tracks the set of pattern positions that the characters read so far can reach. The time is linear in the pattern
     * and in the path.
     */
    private static boolean matches(String pattern, String path) {
        var at = new BitSet(pattern.length() + 1);
        reach(pattern, 0, at);
        for (var i = 0; i < path.length() && !at.isEmpty(); i++) {
            var next = new BitSet(pattern.length() + 1);
            for (var state = at.nextSetBit(0); state >= 0; state = at.nextSetBit(state + 1)) {
                step(pattern, state, path.charAt(i), next);
            }
            at = next;
        }
        return at.get(pattern.length());
    }

    private static void step(String pattern, int state, char read, BitSet next) {
        if (state == pattern.length()) {
            return;
        }
        var wanted = pattern.charAt(state);
        if (pattern.startsWith(ANY, state) || wanted == '*' && read != '/') {
            reach(pattern, state, next);
        } else if (wanted == read || wanted == '?' && read != '/') {
            reach(pattern, state + 1, next);
        }
    }

    /** Adds the state and those reached from it without a character, as stars match the empty text. */
    private static void reach(String pattern, int state, BitSet states) {
        if (states.get(state)) {
            return;
        }
        states.set(state);
        if (pattern.startsWith(ANY, state)) {
            reach(pattern, state + 2, states);
            var betweenSlashes = state > 0 && pattern.charAt(state - 1) == '/' && pattern.startsWith("/", state + 2);
            if (betweenSlashes) {
                reach(pattern, state + 3, states);
            }
        } else if (pattern.startsWith("*", state)) {
            reach(pattern, state + 1, states);
        }
    }
}
