package dev.mayfly.imagearchive;

import java.io.IOException;

/** An image that exists but can't be interpreted. */
public final class UnreadableImage extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message the reason */
    UnreadableImage(String message) {
        super(message);
    }
}
