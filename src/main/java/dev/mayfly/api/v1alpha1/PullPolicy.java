package dev.mayfly.api.v1alpha1;

/** When an image is pulled, as in Kubernetes. */
public enum PullPolicy {
    Always,
    IfNotPresent,
    Never
}
