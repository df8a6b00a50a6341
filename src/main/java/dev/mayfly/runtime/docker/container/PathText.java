package dev.mayfly.runtime.docker.container;

import dev.mayfly.imagearchive.ImagePath;

/** Paths in a container as text: not every path is a {@link java.nio.file.Path} in every locale of the operator. */
public final class PathText {
    private PathText() {}

    /** The absolute path without empty parts, {@code .} and {@code ..}. */
    public static String normal(String path) {
        return ImagePath.normal(path);
    }

    /** True for characters that control a terminal or disguise text. */
    public static boolean harmful(int codePoint) {
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
