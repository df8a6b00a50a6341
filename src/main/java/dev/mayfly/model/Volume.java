package dev.mayfly.model;

import java.util.Map;

/** A home of data that outlives, or at least stands apart from, the writable layer. */
public sealed interface Volume {

    /**
     * Lives as long as one replica attempt.
     *
     * @param memory true: a tmpfs; false: a directory on the engine's disk
     * @param sizeBytes its limit; 0: none given
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
     * @param driver {@code local} unless the operator allows others
     * @param options the driver's
     * @param deleteWithOwner true: removed with the last workload that used it; false: retained
     */
    record DockerVolume(String name, String driver, Map<String, String> options, boolean deleteWithOwner)
            implements Volume {}

    /**
     * A PersistentVolumeClaim that is bound to a directory of the engine's host.
     *
     * @param claim name of the claim
     * @param path of the directory; empty: not known, because nobody asked the API server
     */
    record Claim(String claim, String path, boolean readOnly) implements Volume {}

    /**
     * Read-only files made of a ConfigMap or Secret, on memory-backed storage.
     *
     * @param files content by relative path
     */
    record Files(Map<String, FileContent> files) implements Volume {}
}
