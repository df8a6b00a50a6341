package dev.mayfly.model;

import java.util.BitSet;
import java.util.List;

/**
 * Globs over whole paths: {@code *} stands for any characters but {@code /}, {@code **} for any, {@code ?} for one that is no
 * {@code /}; {@code /**}{@code /} also for a single slash. Not the JDK's: its paths depend on the locale, and its regular
 * expressions take exponentially long for patterns that are made to.
 */
public final class Globs {
    private static final String ANY = "**";

    private final List<String> patterns;

    public Globs(List<String> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    /** True where one of them stands for the path. */
    public boolean match(String path) {
        return patterns.stream().anyMatch(pattern -> matches(pattern, path));
    }

    /** True where one of them stands for everything below the directory. */
    public boolean matchAllBelow(String directory) {
        return patterns.stream().anyMatch(pattern -> pattern.endsWith(ANY) && matches(pattern, directory + "/"));
    }

    /** Keeps the set of places in the pattern at which the path read so far may be: as many steps as both are long, multiplied. */
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

    /** Stars may stand for nothing. */
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
