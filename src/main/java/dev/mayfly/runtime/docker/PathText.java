package dev.mayfly.runtime.docker;

import java.util.ArrayDeque;

/** Paths in a container as text: not every one is a {@link java.nio.file.Path} in every locale of the operator. */
final class PathText {
    private PathText() {}

    /** Absolute, without empty parts, {@code .} and {@code ..}. */
    static String normal(String path) {
        var parts = new ArrayDeque<String>();
        for (var part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /** True for characters that a terminal obeys, or that change what a person reads. */
    static boolean harmful(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
