package dev.mayfly.runtime.support;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.runtime.LabelReader;
import dev.mayfly.runtime.Ownership;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Probes as JSON in a container's label, so that the operator can probe a container it finds. */
public final class ProbesLabel {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    /** Some 30 years, which no sum of times exceeds. */
    private static final Duration LONGEST = Duration.ofSeconds(1_000_000_000);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModules(new Jdk8Module(), new JavaTimeModule())
            .addMixIn(Probe.Check.class, Typed.class)
            .addMixIn(Probes.class, Absent.class)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // a newer operator may have written it
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

    /**
     * Probes from these labels; none if there are none.
     *
     * @param labels knows afterwards whether they can't be read
     */
    public static Probes of(LabelReader labels) {
        return labels.read(Ownership.PROBES, ProbesLabel::parsed).orElse(Probes.NONE);
    }

    private static Probes parsed(String text) {
        try {
            var probes = JSON.readValue(text, Probes.class);
            require(probes != null); // the text was null
            Stream.of(probes.startup(), probes.readiness(), probes.liveness())
                    .flatMap(Optional::stream)
                    .forEach(ProbesLabel::check);
            return probes;
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }

    /** JSON says nothing of what may be missing or how large a number is. */
    private static void check(Probe probe) {
        require(within(probe.initialDelay(), Duration.ZERO)
                && within(probe.period(), SHORTEST)
                && within(probe.timeout(), SHORTEST)
                && probe.successThreshold() > 0
                && probe.failureThreshold() > 0);
        switch (probe.check()) {
            case Probe.Exec exec -> require(!List.copyOf(exec.command()).isEmpty());
            case Probe.HttpGet get -> {
                require(isPort(get.port()) && get.path() != null && get.headers() != null);
                get.headers().forEach(header -> require(header.name() != null && header.value() != null));
            }
            case Probe.TcpSocket tcp -> require(isPort(tcp.port()));
        }
    }

    private static boolean within(Duration time, Duration least) {
        return time != null && time.compareTo(least) >= 0 && time.compareTo(LONGEST) <= 0;
    }

    private static boolean isPort(int port) {
        return port > 0 && port < 1 << 16;
    }

    private static void require(boolean valid) {
        if (!valid) {
            throw new IllegalArgumentException("no probes");
        }
    }
}
