package dev.mayfly.core.model;

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
     * Tracks the set of pattern positions that the characters read so far can reach. The time is at most proportional
     * to the length of the pattern times that of the path.
     */
    private static boolean matches(String pattern, String path) {
        var at = new BitSet(pattern.length() + 1);
        at.set(0);
        passStars(pattern, at);
        for (var i = 0; i < path.length() && !at.isEmpty(); i++) {
            var next = new BitSet(pattern.length() + 1);
            for (var state = at.nextSetBit(0); state >= 0; state = at.nextSetBit(state + 1)) {
                step(pattern, state, path.charAt(i), next);
            }
            passStars(pattern, next);
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
            next.set(state);
        } else if (wanted == read || wanted == '?' && read != '/') {
            next.set(state + 1);
        }
    }

    /** Adds the states that are reached without a character, as stars match the empty text. */
    private static void passStars(String pattern, BitSet states) {
        for (var state = states.nextSetBit(0); state >= 0; state = states.nextSetBit(state + 1)) {
            if (pattern.startsWith(ANY, state)) {
                states.set(state + 2);
                var betweenSlashes =
                        state > 0 && pattern.charAt(state - 1) == '/' && pattern.startsWith("/", state + 2);
                if (betweenSlashes) {
                    states.set(state + 3);
                }
            } else if (pattern.startsWith("*", state)) {
                states.set(state + 1);
            }
        }
    }
}
