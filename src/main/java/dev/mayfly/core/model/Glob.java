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
    /** What a position matches: one character, any but a slash, any text without a slash, any text. */
    private enum Kind {
        CHARACTER,
        ONE,
        STAR,
        ANY
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
        matchesAllBelow = !parts.isEmpty() && parts.getLast().kind() == Kind.ANY;
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
            case ANY -> {
                set(stars, i);
                set(anys, i);
                if (isSlash(parts, i - 1) && isSlash(parts, i + 1)) {
                    set(skips, i);
                }
            }
        }
    }

    /** Stars in a row are one, and {@code /**}{@code /**}{@code /} is {@code /**}{@code /}: no position is passed twice. */
    private static List<Part> parts(String pattern) {
        var parts = new ArrayList<Part>();
        for (var i = 0; i < pattern.length(); i++) {
            var kind = kind(pattern, i);
            var last = parts.isEmpty() ? Kind.CHARACTER : parts.getLast().kind();
            if (kind == Kind.ANY && last == Kind.STAR || kind == Kind.ANY && last == Kind.ANY) {
                parts.removeLast();
            }
            if (kind != Kind.STAR || last != Kind.STAR && last != Kind.ANY) {
                parts.add(new Part(kind, pattern.charAt(i)));
            }
            i += kind == Kind.ANY ? 1 : 0;
            var end = parts.size();
            if (end >= 5
                    && isSlash(parts, end - 1)
                    && parts.get(end - 2).kind() == Kind.ANY
                    && isSlash(parts, end - 3)
                    && parts.get(end - 4).kind() == Kind.ANY
                    && isSlash(parts, end - 5)) {
                parts.subList(end - 2, end).clear();
            }
        }
        return parts;
    }

    private static Kind kind(String pattern, int at) {
        if (pattern.startsWith("**", at)) {
            return Kind.ANY;
        }
        return switch (pattern.charAt(at)) {
            case '*' -> Kind.STAR;
            case '?' -> Kind.ONE;
            default -> Kind.CHARACTER;
        };
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
