package dev.mayfly.model;

import java.util.Arrays;
import java.util.Objects;

/** Content of one file of a ConfigMap or Secret. Its text form never shows the content. */
public final class FileContent {
    private final byte[] bytes;
    private final int mode;

    /** @param mode permission bits, 0 … 0777 */
    public FileContent(byte[] bytes, int mode) {
        this.bytes = bytes.clone();
        this.mode = mode;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int mode() {
        return mode;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileContent that && mode == that.mode && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(mode, Arrays.hashCode(bytes));
    }

    @Override
    public String toString() {
        return bytes.length + " bytes, mode " + Integer.toOctalString(mode);
    }
}
