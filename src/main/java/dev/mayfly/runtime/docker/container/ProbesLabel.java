package dev.mayfly.runtime.docker.container;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.runtime.Ownership;
import java.util.Map;
import org.jboss.logging.Logger;

/** Probes as JSON in a container's label, so that the operator can probe a container it finds. */
public final class ProbesLabel {
    private static final Logger LOG = Logger.getLogger(ProbesLabel.class);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModules(new Jdk8Module(), new JavaTimeModule())
            .addMixIn(Probe.Check.class, Typed.class)
            .addMixIn(Probes.class, Absent.class)
            .build();

    private ProbesLabel() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Probe.Exec.class, name = "exec"),
        @JsonSubTypes.Type(value = Probe.HttpGet.class, name = "httpGet"),
        @JsonSubTypes.Type(value = Probe.TcpSocket.class, name = "tcpSocket")
    })
    private interface Typed {}

    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    private interface Absent {}

    public static String written(Probes probes) {
        try {
            return JSON.writeValueAsString(probes);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Probes from these labels; none if the label is missing or unreadable. */
    public static Probes of(Map<String, String> labels) {
        var written = labels.get(Ownership.PROBES);
        if (written == null) {
            return Probes.NONE;
        }
        try {
            return JSON.readValue(written, Probes.class);
        } catch (JsonProcessingException unreadable) {
            LOG.warnf("A container's label %s can't be read, so it is not probed: %s", Ownership.PROBES, written);
            return Probes.NONE;
        }
    }
}
