package dev.mayfly.runtime.docker.container;

import dev.mayfly.imagearchive.ImagePath;

/** Paths in a container as text: not every path is a {@link java.nio.file.Path} in every locale of the operator. */
public final class ContainerPath {
    private ContainerPath() {}

    /** The absolute path without empty parts, {@code .} and {@code ..}. */
    public static String normal(String path) {
        return ImagePath.normal(path);
    }
}
