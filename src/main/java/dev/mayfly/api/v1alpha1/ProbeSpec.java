package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/** A question that is asked of each running replica again and again. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "[has(self.exec), has(self.httpGet), has(self.tcpSocket)].exists_one(given, given)",
        message = "a probe asks in exactly one way: give one of exec, httpGet and tcpSocket")
public record ProbeSpec(
        @JsonPropertyDescription("Runs a command in the container; exit code 0 is success.")
        ExecAction exec,

        @JsonPropertyDescription("Sends an HTTP request to the replica; a status of 200 to 399 is success.")
        HttpGetAction httpGet,

        @JsonPropertyDescription("Connects to a port of the replica; that it accepts is success.")
        TcpSocketAction tcpSocket,

        @JsonPropertyDescription("Seconds between the start and the first question. Default 0.")
        @Default("0")
        @Min(0)
        @Max(86400)
        Integer initialDelaySeconds,

        @JsonPropertyDescription("Seconds between two questions. Default 10.") @Default("10") @Min(1) @Max(86400)
        Integer periodSeconds,

        @JsonPropertyDescription("Seconds after which an answer counts as failure. Default 1.")
        @Default("1")
        @Min(1)
        @Max(3600)
        Integer timeoutSeconds,

        @JsonPropertyDescription(
                "Successes in a row after which a failed probe counts as successful again; 1 for startup and liveness."
                        + " Default 1.")
        @Default("1")
        @Min(1)
        @Max(1000)
        Integer successThreshold,

        @JsonPropertyDescription("Failures in a row after which the probe counts as failed. Default 3.")
        @Default("3")
        @Min(1)
        @Max(1000)
        Integer failureThreshold) {}
