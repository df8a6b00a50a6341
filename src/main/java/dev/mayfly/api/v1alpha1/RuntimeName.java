package dev.mayfly.api.v1alpha1;

/** Where the replicas of a workload live. */
public enum RuntimeName {
    Docker,
    Simulated
}
