package dev.mayfly.api.v1alpha1;

/** What a glob of image names must be, as CEL says it of {@code i}: else it would match nothing, and nobody would notice. */
final class ImageGlob {
    /** Full names have a registry. */
    static final String IN_FULL = "i.contains('/') || i.startsWith('**')";

    /** A port may stand before the first slash, a tag only after the last. */
    static final String NO_TAG = "!i.contains('@') && !i.matches(':[^/]*$')";

    private ImageGlob() {}
}
