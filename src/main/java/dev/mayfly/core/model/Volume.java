package dev.mayfly.core.model;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/** A place for data outside of the writable layer, which may outlive it. */
public sealed interface Volume {

    /**
     * A directory that lives as long as one replica attempt.
     *
     * @param memory true: a tmpfs; false: a directory on the engine's disk
     * @param sizeBytes size limit in bytes; 0: none given
     */
    record EmptyDir(boolean memory, long sizeBytes) implements Volume {
        /** Size in bytes of a tmpfs without a given size: unbounded, it could take all memory of the machine. */
        private static final long UNSIZED = 64L << 20;

        /** Most memory it can take, in bytes. */
        public long memoryBytes() {
            if (!memory) {
                return 0;
            }
            return sizeBytes == 0 ? UNSIZED : sizeBytes;
        }
    }

    /** @param path absolute path on the engine's host; @param type as in Kubernetes, empty: anything that is there */
    record HostPath(String path, String type) implements Volume {}

    /**
     * A named Docker volume of the namespace.
     *
     * @param name unique within the namespace
     * @param driver {@code local} unless the operator allows others
     * @param options options of the driver
     * @param deleteWithOwner true: removed with the last workload that used it; false: kept
     */
    record DockerVolume(String name, String driver, Map<String, String> options, boolean deleteWithOwner)
            implements Volume {}

    /**
     * A PersistentVolumeClaim bound to a directory on the engine's host.
     *
     * @param claim name of the claim
     * @param path path of the directory; empty: not known, because the API server was not asked
     */
    record Claim(String claim, String path, boolean readOnly) implements Volume {}

    /**
     * Read-only files with the content of a ConfigMap or Secret, in memory.
     *
     * @param files content by relative path
     */
    record Files(Map<String, FileContent> files) implements Volume {}

    /**
     * Content of one file of a ConfigMap or Secret. All files with the value of one key share its bytes, so that many of
     * them take the memory of one. Its text form never shows the content.
     */
    public static final class FileContent {
        private final byte[] bytes;
        private final int mode;

        /**
         * @param bytes not copied: they must not be changed anymore
         * @param mode permission bits, 0 … 0777
         */
        public FileContent(byte[] bytes, int mode) {
            this.bytes = bytes;
            this.mode = mode;
        }

        /** The bytes themselves, which must not be changed. */
        byte[] shared() {
            return bytes;
        }

        /** A copy. */
        public byte[] bytes() {
            return bytes.clone();
        }

        /** A view that can't be written to. */
        public ByteBuffer view() {
            return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
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
}
