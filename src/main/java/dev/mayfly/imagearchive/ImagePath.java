package dev.mayfly.imagearchive;

import java.util.ArrayDeque;

/** Paths in an image as text: in some locales of the operator, not every path is a valid {@link java.nio.file.Path}. */
public final class ImagePath {
    private ImagePath() {}

    /** Makes a path absolute and removes empty parts, {@code .} and {@code ..}, as engines do. */
    public static String normal(String path) {
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
}
