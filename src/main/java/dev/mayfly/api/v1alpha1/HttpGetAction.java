package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;

/** An HTTP request to the replica. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.path.matches(r'^/([-A-Za-z0-9._~!$&()*+,;=:@/?\\x27]|%[0-9A-Fa-f]{2})*$')",
        message = "path must begin with '/' and have only characters of a URL's path and query: write others as %20 and"
                + " the like",
        fieldPath = ".path")
@ValidationRule(
        value = "!has(self.httpHeaders) || self.httpHeaders.map(h, h.value.size()).sum() <= 8192",
        message = "httpHeaders have more than 8192 characters, which each container would carry along: shorten them",
        fieldPath = ".httpHeaders")
public record HttpGetAction(
        @JsonPropertyDescription("Path of the request, with a query where wanted. Default /.")
        @Default("/")
        @Size(max = 2048)
        String path,

        @JsonPropertyDescription(
                "Number of the port in the container, 1 to 65535, or the name of one of template.ports.")
        @Required
        IntOrString port,

        @JsonPropertyDescription("HTTP or HTTPS, whose certificate is not checked. Default HTTP.") @Default("HTTP")
        Scheme scheme,

        @JsonPropertyDescription(
                "Headers of the request; their values have at most 8192 characters in all. Default: none but Host and the like.")
        @Size(max = 16)
        List<HttpHeader> httpHeaders) {

    /** How the request travels. */
    public enum Scheme {
        HTTP,
        HTTPS
    }
}
