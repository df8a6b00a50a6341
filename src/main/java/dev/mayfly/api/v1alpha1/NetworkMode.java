package dev.mayfly.api.v1alpha1;

/** How a replica reaches others. */
public enum NetworkMode {
    Namespace,
    None,
    Bridge
}
