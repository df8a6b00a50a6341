package dev.mayfly.runtime.image;

import java.io.IOException;

/** An image that is there and can't be understood. */
public final class UnreadableImage extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong with it */
    UnreadableImage(String message) {
        super(message);
    }
}
