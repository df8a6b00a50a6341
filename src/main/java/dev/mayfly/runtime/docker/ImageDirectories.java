package dev.mayfly.runtime.docker;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Some of the directories of an image.
 *
 * @param all by absolute path
 */
record ImageDirectories(Map<String, Directory> all) {
    static final ImageDirectories NONE = new ImageDirectories(Map.of());

    /** @param mode permission bits, with setuid, setgid and sticky */
    record Directory(long uid, long gid, int mode) {}

    Optional<Directory> at(String path) {
        return Optional.ofNullable(all.get(path));
    }

    /** Those below a path, at any depth, in no order. */
    Stream<String> below(String path) {
        return all.keySet().stream().filter(directory -> directory.startsWith(path + "/"));
    }
}
