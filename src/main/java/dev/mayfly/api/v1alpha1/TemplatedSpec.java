package dev.mayfly.api.v1alpha1;

/** What the specs of all kinds that have containers share. Each is null where it is not given. */
interface TemplatedSpec {
    WorkloadTemplate template();

    RuntimeName runtime();

    EphemeralitySpec ephemerality();

    BackoffSpec backoff();

    Integer historyLimit();
}
