package dev.mayfly.api.v1alpha1;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** A resource whose containers are made from a template: what all kinds that have containers share. */
public sealed interface Templated extends HasMetadata permits EphemeralWorkload, EphemeralTask {

    /** Null: there is none, and it can't be honoured. */
    TemplatedSpec getSpec();

    /** {@code status.runtime}, in which its containers live; null: none was chosen yet. */
    String startedRuntime();

    /** {@code spec.template}; null: the resource has none, and can't be honoured. */
    default WorkloadTemplate template() {
        return getSpec() == null ? null : getSpec().template();
    }

    /** {@code spec.runtime}; null: not given. */
    default RuntimeName runtime() {
        return getSpec() == null ? null : getSpec().runtime();
    }

    /** {@code spec.ephemerality}; null: the defaults. */
    default EphemeralitySpec ephemerality() {
        return getSpec() == null ? null : getSpec().ephemerality();
    }

    /** {@code spec.backoff}; null: the defaults. */
    default BackoffSpec backoff() {
        return getSpec() == null ? null : getSpec().backoff();
    }

    /** {@code spec.historyLimit}; null: the default. */
    default Integer historyLimit() {
        return getSpec() == null ? null : getSpec().historyLimit();
    }

    /** Where the replicas of a workload live. */
    public enum RuntimeName {
        Docker,
        Simulated
    }

    /** What the specs of all kinds that have containers share. Each is null where it is not given. */
    interface TemplatedSpec {
        WorkloadTemplate template();

        RuntimeName runtime();

        EphemeralitySpec ephemerality();

        BackoffSpec backoff();

        Integer historyLimit();
    }
}
