package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.mayfly.api.v1alpha1.ProbeSpec.ExecAction;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How a replica is ended. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.stopSignal) || self.stopSignal.matches('" + LifecycleSpec.SIGNALS + "')",
        message = "stopSignal is no signal that Linux has: write its name with SIG, such as SIGTERM, SIGQUIT or"
                + " SIGRTMIN+3",
        fieldPath = ".stopSignal")
public record LifecycleSpec(
        @JsonPropertyDescription(
                "What is done before the stop signal. Its time counts towards terminationGracePeriodSeconds."
                        + " Default: nothing.")
        PreStopHandler preStop,

        @JsonPropertyDescription(
                "Docker only: the signal that asks PID 1 to end, such as SIGTERM, SIGQUIT or SIGRTMIN+3. Default: the"
                        + " image's STOPSIGNAL, or SIGTERM.")
        @Size(max = 16)
        String stopSignal) {

    /** Those that Kubernetes and the Docker Engine know by name. */
    static final String SIGNALS = "^SIG(ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL|PROF|PWR|QUIT"
            + "|SEGV|STKFLT|STOP|SYS|TERM|TRAP|TSTP|TTIN|TTOU|URG|USR1|USR2|VTALRM|WINCH|XCPU|XFSZ"
            + "|RTMIN([+]([1-9]|1[0-5]))?|RTMAX(-([1-9]|1[0-4]))?)$";

    /** An action in a replica before its stop signal. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "has(self.exec) != has(self.sleep)",
            message = "preStop does exactly one thing: give either exec or sleep")
    public record PreStopHandler(
            @JsonPropertyDescription("Runs a command in the container and waits until it ends. Excludes sleep.")
            ExecAction exec,

            @JsonPropertyDescription("Waits. Excludes exec.")
            SleepAction sleep) {}

    /** A pause. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SleepAction(
            @JsonPropertyDescription("How many seconds to wait, at most terminationGracePeriodSeconds. 0 to 86400.")
            @Required
            @Min(0)
            @Max(86400)
            Integer seconds) {}
}
