package dev.mayfly.policy;

import java.util.Set;

/**
 * How a workload uses an image.
 *
 * @param namespace of the workload
 * @param reference as the workload names it
 * @param name what the reference names, in full, without tag and digest: {@code docker.io/library/busybox}; empty where it is
 *     an id
 * @param runAsUser the user that its processes run as; -1: the image's
 * @param covered paths at which something is mounted, normal and absolute
 * @param coversVolumes true: memory is mounted at each VOLUME at which nothing else is
 */
public record Use(
        String namespace, String reference, String name, long runAsUser, Set<String> covered, boolean coversVolumes) {}
