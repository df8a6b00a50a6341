package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
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

    /** The runtime that runs the replicas of a workload. */
    public enum RuntimeName {
        Docker,
        Simulated
    }

    /** Fields that the specs of all kinds with containers share. Each is null if it is not given. */
    interface TemplatedSpec {
        WorkloadTemplate template();

        RuntimeName runtime();

        EphemeralitySpec ephemerality();

        BackoffSpec backoff();

        Integer historyLimit();
    }

    /** How long replicas that keep failing wait. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record BackoffSpec(
            @JsonPropertyDescription(
                    "Seconds that the third attempt in a row waits (the second is made at once), and how long"
                            + " an attempt must be ready to count as no failure. Default 10.")
            @Default("10")
            @Min(1)
            @Max(86400)
            Integer initialSeconds,

            @JsonPropertyDescription(
                    "Each further failure waits this many times longer than the one before. Default 2.")
            @Default("2")
            @Min(1)
            @Max(100)
            Integer factor,

            @JsonPropertyDescription("The longest wait, in seconds. Default 300.") @Default("300") @Min(1) @Max(86400)
            Integer maxSeconds,

            @JsonPropertyDescription("An attempt that was ready for this many seconds makes earlier failures forgotten."
                    + " Default 600.")
            @Default("600")
            @Min(1)
            @Max(604800)
            Integer resetAfterSeconds) {}
}
