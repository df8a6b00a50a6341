package dev.mayfly.core.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One glob of {@link Globs} as an automaton. A bit stands for each position in the pattern that the characters read so
 * far can reach, and a character moves 64 positions at once, so the time is that of the text alone for all but patterns
 * of several hundred characters.
 */
final class Glob {
    /** The kind of characters that a position matches. */
    private enum Kind {
        CHARACTER,
        /** One character other than a slash. */
        ONE,
        /** Any text without a slash. */
        STAR,
        /** Any text; between two slashes nothing, together with one of them. */
        ANY,
        /** Any text: more than two stars in a row. */
        MANY
    }

    private record Part(Kind kind, char character) {}

    private final boolean matchesAllBelow;
    private final int length;
    /** Positions that stay reached by a character other than a slash, and by a slash. */
    private final long[] stars;

    private final long[] anys;
    /** Positions between two slashes, which match nothing together with the second slash. */
    private final long[] skips;
    /** Positions that a character passes: of every character that the pattern names, and of the others. */
    private final Map<Character, long[]> passes = new HashMap<>();

    private final long[] others;

    Glob(String pattern) {
        var parts = parts(pattern);
        length = parts.size();
        matchesAllBelow = pattern.endsWith("**");
        stars = empty();
        anys = empty();
        skips = empty();
        others = empty();
        passes.put('/', empty());
        parts.forEach(part -> passes.putIfAbsent(part.character(), empty()));
        for (var i = 0; i < length; i++) {
            place(parts, i);
        }
    }

    private void place(List<Part> parts, int i) {
        switch (parts.get(i).kind()) {
            case CHARACTER -> set(passes.get(parts.get(i).character()), i);
            case ONE -> {
                set(others, i);
                passes.forEach((character, passed) -> {
                    if (character != '/') {
                        set(passed, i);
                    }
                });
            }
            case STAR -> set(stars, i);
            case ANY, MANY -> {
                set(stars, i);
                set(anys, i);
                if (parts.get(i).kind() == Kind.ANY && isSlash(parts, i - 1) && isSlash(parts, i + 1)) {
                    set(skips, i);
                }
            }
        }
    }

    /** Stars in a row are one part, and {@code /**}{@code /**}{@code /} is {@code /**}{@code /}. */
    private static List<Part> parts(String pattern) {
        var parts = new ArrayList<Part>();
        for (var i = 0; i < pattern.length(); ) {
            var kind = kind(pattern, i);
            parts.add(new Part(kind, pattern.charAt(i)));
            i += kind == Kind.ANY || kind == Kind.MANY || kind == Kind.STAR ? stars(pattern, i) : 1;
            if (repeatsAnyDirectories(parts)) {
                parts.subList(parts.size() - 2, parts.size()).clear();
            }
        }
        return parts;
    }

    private static Kind kind(String pattern, int at) {
        return switch (pattern.charAt(at)) {
            case '*' ->
                switch (stars(pattern, at)) {
                    case 1 -> Kind.STAR;
                    case 2 -> Kind.ANY;
                    default -> Kind.MANY;
                };
            case '?' -> Kind.ONE;
            default -> Kind.CHARACTER;
        };
    }

    private static int stars(String pattern, int from) {
        var end = from;
        while (end < pattern.length() && pattern.charAt(end) == '*') {
            end++;
        }
        return end - from;
    }

    /** True if it ends with {@code /**}{@code /**}{@code /}. */
    private static boolean repeatsAnyDirectories(List<Part> parts) {
        var end = parts.size();
        return isSlash(parts, end - 1)
                && isSlash(parts, end - 3)
                && isSlash(parts, end - 5)
                && parts.get(end - 2).kind() == Kind.ANY
                && parts.get(end - 4).kind() == Kind.ANY;
    }

    private static boolean isSlash(List<Part> parts, int at) {
        return at >= 0 && at < parts.size() && parts.get(at).equals(new Part(Kind.CHARACTER, '/'));
    }

    /** True if it ends with stars that match slashes. */
    boolean matchesAllBelow() {
        return matchesAllBelow;
    }

    /** The positions before the first character. */
    long[] begin() {
        var reached = empty();
        set(reached, 0);
        close(reached);
        return reached;
    }

    /** The positions after these characters; changes and returns the given ones. */
    long[] advance(long[] reached, String text, int from, int to) {
        for (var i = from; i < to; i++) {
            var character = text.charAt(i);
            var passed = passes.getOrDefault(character, others);
            var staying = character == '/' ? anys : stars;
            var carry = 0L;
            var alive = 0L;
            for (var word = 0; word < reached.length; word++) {
                var moving = reached[word] & passed[word];
                reached[word] = moving << 1 | carry | reached[word] & staying[word];
                carry = moving >>> 63;
                alive |= reached[word];
            }
            if (alive == 0) {
                break;
            }
            close(reached);
        }
        return reached;
    }

    boolean accepts(long[] reached) {
        return (reached[length >> 6] >>> length & 1) != 0;
    }

    /** Adds the positions that are reached without a character, as stars match the empty text. */
    private void close(long[] reached) {
        var two = 0L;
        for (var word = 0; word < reached.length; word++) {
            var skipping = reached[word] & skips[word];
            reached[word] |= skipping << 2 | two;
            two = skipping >>> 62;
        }
        var one = 0L;
        for (var word = 0; word < reached.length; word++) {
            var empty = reached[word] & stars[word];
            reached[word] |= empty << 1 | one;
            one = empty >>> 63;
        }
    }

    private long[] empty() {
        return new long[(length >> 6) + 1];
    }

    private static void set(long[] bits, int at) {
        bits[at >> 6] |= 1L << at;
    }
}
