package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;

/** A question that is asked of each running replica again and again. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "[has(self.exec), has(self.httpGet), has(self.tcpSocket)].exists_one(given, given)",
        message = "a probe asks in exactly one way: give one of exec, httpGet and tcpSocket")
public record ProbeSpec(
        @JsonPropertyDescription("Runs a command in the container. Exit code 0 is success.")
        ExecAction exec,

        @JsonPropertyDescription("Sends an HTTP request to the replica. A status from 200 to 399 is success.")
        HttpGetAction httpGet,

        @JsonPropertyDescription("Opens a TCP connection to the replica. An accepted connection is success.")
        TcpSocketAction tcpSocket,

        @JsonPropertyDescription("How many seconds after its start a replica is first probed. 0 to 86400. Default 0.")
        @Default("0")
        @Min(0)
        @Max(86400)
        Integer initialDelaySeconds,

        @JsonPropertyDescription("How many seconds pass between two probes. 1 to 86400. Default 10.")
        @Default("10")
        @Min(1)
        @Max(86400)
        Integer periodSeconds,

        @JsonPropertyDescription("A probe without an answer fails after this many seconds. 1 to 3600. Default 1.")
        @Default("1")
        @Min(1)
        @Max(3600)
        Integer timeoutSeconds,

        @JsonPropertyDescription(
                "How many successes in a row it takes to be successful again after a failure. Must be 1 for"
                        + " startupProbe and livenessProbe. 1 to 1000. Default 1.")
        @Default("1")
        @Min(1)
        @Max(1000)
        Integer successThreshold,

        @JsonPropertyDescription("How many failures in a row it takes to have failed. 1 to 1000. Default 3.")
        @Default("3")
        @Min(1)
        @Max(1000)
        Integer failureThreshold) {

    /** Runs a command in the container, without a shell. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!self.command.exists(c, c.contains('\\x00'))",
            message = "command can't contain the character NUL: remove it",
            fieldPath = ".command")
    @ValidationRule(
            value = "self.command.map(c, c.size()).sum() <= 8192",
            message =
                    "command has more than 8192 characters, which each container would carry along: put it into a file of"
                            + " the image or of a ConfigMap, and run that",
            fieldPath = ".command")
    public record ExecAction(
            @JsonPropertyDescription(
                    "The command and its arguments, run without a shell. 1 to 64 of them, with at most 8192"
                            + " characters in all.")
            @Required
            @Size(min = 1, max = 64)
            List<@Size(max = 4096) String> command) {}

    /** An HTTP request to the replica. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "self.path.matches(r'^/([-A-Za-z0-9._~!$&()*+,;=:@/?\\x27]|%[0-9A-Fa-f]{2})*$')",
            message =
                    "path must begin with '/' and have only characters of a URL's path and query: write others as %20 and"
                            + " the like",
            fieldPath = ".path")
    @ValidationRule(
            value = "!has(self.httpHeaders) || self.httpHeaders.map(h, h.value.size()).sum() <= 8192",
            message =
                    "httpHeaders have more than 8192 characters, which each container would carry along: shorten them",
            fieldPath = ".httpHeaders")
    public record HttpGetAction(
            @JsonPropertyDescription("Path of the request, with a query if needed. At most 2048 characters. Default /.")
            @Default("/")
            @Size(max = 2048)
            String path,

            @JsonPropertyDescription(
                    "Number of the port in the container, 1 to 65535, or the name of one of template.ports.")
            @Required
            IntOrString port,

            @JsonPropertyDescription("HTTP or HTTPS. Certificates are not checked. Default HTTP.") @Default("HTTP")
            Scheme scheme,

            @JsonPropertyDescription(
                    "Headers of the request. At most 16, with values of at most 8192 characters in all. Default:"
                            + " only those that every request has, such as Host.")
            @Size(max = 16)
            List<HttpHeader> httpHeaders) {

        /** How the request travels. */
        public enum Scheme {
            HTTP,
            HTTPS
        }
    }

    /** A header of a probe's request. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "self.value.matches('^[ -~]*$')",
            message =
                    "value of a header must consist of printable ASCII characters: remove line breaks and the like, and"
                            + " encode others",
            fieldPath = ".value")
    public record HttpHeader(
            @JsonPropertyDescription("Name of the header, such as Host or Authorization. 1 to 128 characters.")
            @Required
            @Size(min = 1, max = 128)
            @Pattern("^[-A-Za-z0-9_!#$%&'*+.^`|~]+$")
            String name,

            @JsonPropertyDescription(
                    "Value of the header, in printable ASCII, at most 4096 characters. Everyone who may inspect"
                            + " containers can read it.")
            @Required
            @Size(max = 4096)
            String value) {}

    /** A connection to the replica. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record TcpSocketAction(
            @JsonPropertyDescription(
                    "Number of the port in the container, 1 to 65535, or the name of one of template.ports.")
            @Required
            IntOrString port) {}
}
