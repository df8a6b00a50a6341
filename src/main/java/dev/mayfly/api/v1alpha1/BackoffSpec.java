package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

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

        @JsonPropertyDescription("Each further failure waits this many times longer than the one before. Default 2.")
        @Default("2")
        @Min(1)
        @Max(100)
        Integer factor,

        @JsonPropertyDescription("The longest wait, in seconds. Default 300.") @Default("300") @Min(1) @Max(86400)
        Integer maxSeconds,

        @JsonPropertyDescription(
                "An attempt that was ready for this many seconds makes earlier failures forgotten." + " Default 600.")
        @Default("600")
        @Min(1)
        @Max(604800)
        Integer resetAfterSeconds) {}
