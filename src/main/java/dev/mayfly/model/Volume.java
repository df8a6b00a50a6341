package dev.mayfly.model;

/** A home of data that outlives, or at least stands apart from, the writable layer. */
public sealed interface Volume {

    /**
     * Lives as long as one replica attempt.
     *
     * @param memory true: a tmpfs; false: a directory on the engine's disk
     * @param sizeBytes limit of a tmpfs; 0: none given
     */
    record EmptyDir(boolean memory, long sizeBytes) implements Volume {
        /** Of a tmpfs whose size nobody gave; unbounded it could take the machine's memory. */
        private static final long UNSIZED = 64L << 20;

        /** How much memory it takes at most. */
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
     * The namespace's own named Docker volume.
     *
     * @param name unique within the namespace
     * @param deleteWithOwner true: removed with the last workload that used it; false: retained
     */
    record DockerVolume(String name, boolean deleteWithOwner) implements Volume {}
}
