package dev.mayfly.model;

/**
 * Why a replica failed, in words for the person who must act.
 *
 * @param reason one CamelCase word as Kubernetes uses it for the same thing: {@code ErrImagePull}, {@code RunContainerError}
 * @param message the engine's own words where it said any, and what to do; never null
 */
public record Failure(String reason, String message) {
    /** Its image could not be pulled lately, and is not tried again yet. */
    public static final String PULL_BACK_OFF = "ImagePullBackOff";

    /** It ended because it could not write: a fault of its template, which every replica of that has. */
    public static final String READ_ONLY = "ReadOnlyFileSystem";
    /** A policy forbids its image: it may be tried again as soon as the policies change. */
    public static final String NOT_COMPLIANT = "ImageNotCompliant";
    /** Its image could not be looked into, so that nobody knows what the policies say of it. */
    public static final String NOT_LOOKED_INTO = "ImageInspectError";
}
