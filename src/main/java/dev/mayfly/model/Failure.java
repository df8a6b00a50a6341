package dev.mayfly.model;

/**
 * Why a replica failed, in words for the person who must act.
 *
 * @param reason one CamelCase word as Kubernetes uses it for the same thing: {@code ErrImagePull}, {@code RunContainerError}
 * @param message the engine's own words where it said any, and what to do; never null
 */
public record Failure(String reason, String message) {
    /** It ended because it could not write: a fault of its template, which every replica of that has. */
    public static final String READ_ONLY = "ReadOnlyFileSystem";
}
