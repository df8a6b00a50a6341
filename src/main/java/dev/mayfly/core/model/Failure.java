package dev.mayfly.core.model;

/**
 * Why a replica failed, for the user who must fix it.
 *
 * @param reason one CamelCase word, Kubernetes' own for the same failure: {@code ErrImagePull}, {@code
 *     RunContainerError}
 * @param message the engine's message if there is one, and what to do; never null. Each failed replica keeps its own, so of a longer
 *     one {@value #LONGEST} characters are kept
 */
public record Failure(String reason, String message) {
    /** As many as a condition shows. */
    public static final int LONGEST = 4000;

    /** A recent pull of the image failed, and the next one is not due yet. */
    public static final String PULL_BACK_OFF = "ImagePullBackOff";

    /** The replica ended because it could not write. This is a fault of the template, shared by all its replicas. */
    public static final String READ_ONLY = "ReadOnlyFileSystem";
    /** A policy forbids the image. The launch may be retried as soon as the policies change. */
    public static final String NOT_COMPLIANT = "ImageNotCompliant";
    /** The image could not be inspected, so whether policies allow it is not known. */
    public static final String NOT_INSPECTED = "ImageInspectError";
    /** The API server did not show the workload's earlier templates. */
    public static final String REVISIONS_UNREADABLE = "RevisionsUnreadable";
    /** The workload used up its share of what all workloads have together, so its work is done late. */
    public static final String SHARE_EXCEEDED = "FairShareExceeded";

    public Failure {
        message = Text.shortened(message, LONGEST);
    }
}
