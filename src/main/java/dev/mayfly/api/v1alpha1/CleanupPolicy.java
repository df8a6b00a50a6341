package dev.mayfly.api.v1alpha1;

/**
 * What becomes of a task's finished containers: {@code Always} removed; {@code OnSuccess}: those of attempts that failed are
 * kept until the task has succeeded; {@code Never}: all are kept. At most {@code historyLimit} are, the latest.
 */
public enum CleanupPolicy {
    Always,
    OnSuccess,
    Never
}
