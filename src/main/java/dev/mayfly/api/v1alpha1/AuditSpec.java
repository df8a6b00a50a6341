package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** How writes outside of volumes and scratch are looked for, and what follows. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record AuditSpec(
        @JsonPropertyDescription(
                "Seconds between two looks at each replica; one more is taken when it ends, before it is removed."
                        + " Default 30.")
        @Default("30")
        @Min(1)
        @Max(86400)
        Integer intervalSeconds,

        @JsonPropertyDescription(
                "Globs of absolute paths at which writes are no finding: * stands for any text without '/', ** for any"
                        + " text, ? for one character, such as /var/cache/**. Default: none.")
        @Size(max = 32)
        List<@Size(min = 1, max = 256) String> ignorePaths,

        @JsonPropertyDescription(
                "Report: findings are reported. Recreate: a replica that wrote is replaced by a fresh one as well, within"
                        + " the rollout's budget and through back-off. Stop: it is stopped gracefully and its slot given up"
                        + " until the template changes. Default Report.")
        @Default("Report")
        OnWrite onWrite) {

    /** What follows a finding. */
    public enum OnWrite {
        Report,
        Recreate,
        Stop
    }
}
