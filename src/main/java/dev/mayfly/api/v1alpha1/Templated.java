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

    /** Evaluated with the spec before the change and after it. */
    String SAME_RUNTIME = "!has(oldSelf.runtime) || (has(self.runtime) && self.runtime == oldSelf.runtime)";

    /** {@code status.runtime}, in which its containers live; null: none was chosen yet. */
    String startedRuntime();

    /** {@code spec.template}; null: the resource has none, and can't be honoured. */
    default WorkloadTemplate template() {
        return getSpec() == null ? null : getSpec().template();
    }

    /** {@code spec.runtime}; null: not given. */
    default String runtime() {
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

    /** {@code spec.terminatedHistoryLimit}; null: the default. */
    default Integer terminatedHistoryLimit() {
        return getSpec() == null ? null : getSpec().terminatedHistoryLimit();
    }

    /** False: {@code spec.mirrorPods} says that no replica is shown as a Pod. */
    default boolean mirrorsPods() {
        return getSpec() == null || !Boolean.FALSE.equals(getSpec().mirrorPods());
    }

    /** Fields that the specs of all kinds with containers share. Each is null if it is not given. */
    interface TemplatedSpec {
        WorkloadTemplate template();

        String runtime();

        EphemeralitySpec ephemerality();

        BackoffSpec backoff();

        Integer terminatedHistoryLimit();

        Boolean mirrorPods();
    }

    /** How long replicas that keep failing wait. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record BackoffSpec(
            @JsonPropertyDescription(
                    "How many seconds the next attempt waits after the second failure in a row. After the first"
                            + " failure there is no wait. 1 to 86400. Default 10.")
            @Default("10")
            @Min(1)
            @Max(86400)
            Integer initialDelaySeconds,

            @JsonPropertyDescription(
                    "Each further failure in a row multiplies the delay by this number. 1 to 100. Default 2.")
            @Default("2")
            @Min(1)
            @Max(100)
            Integer factor,

            @JsonPropertyDescription("The longest delay in seconds. 1 to 86400. Default 300.")
            @Default("300")
            @Min(1)
            @Max(86400)
            Integer maxDelaySeconds,

            @JsonPropertyDescription(
                    "A replica that was ready for this many seconds before it ended has not failed: its successor"
                            + " starts at once. Failures before it still count. 1 to 86400. Default 10.")
            @Default("10")
            @Min(1)
            @Max(86400)
            Integer stableSeconds,

            @JsonPropertyDescription(
                    "A replica that was ready for this many seconds resets the number of failures in a row to 0."
                            + " 1 to 604800. Default 600.")
            @Default("600")
            @Min(1)
            @Max(604800)
            Integer resetAfterSeconds) {}
}
