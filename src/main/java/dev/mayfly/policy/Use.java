package dev.mayfly.policy;

import java.util.Set;

/**
 * How a workload uses an image.
 *
 * @param namespace namespace of the workload
 * @param reference as the workload names it
 * @param name full name in the reference, without tag and digest: {@code docker.io/library/busybox}; empty: the
 *     reference is an id
 * @param runAsUser user id of its processes; -1: the image's
 * @param covered paths at which something is mounted, normalized and absolute
 * @param coversVolumes true: memory is mounted at each VOLUME at which nothing else is mounted
 */
public record Use(
        String namespace, String reference, String name, long runAsUser, Set<String> covered, boolean coversVolumes) {}
