package dev.mayfly.runtime.image;

import java.util.ArrayDeque;

/** Paths in an image as text: not every one is a {@link java.nio.file.Path} in every locale of the operator. */
public final class ImagePath {
    private ImagePath() {}

    /** Absolute, without empty parts, {@code .} and {@code ..}, as engines take it. */
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
