package dev.mayfly.runtime.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.Ownership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to stop a replica, stored in the container's labels. A removal after a restart of the operator, or after a change
 * of the template, thus uses the settings that the replica was created with.
 *
 * @param signal signal that ends PID 1 gracefully
 * @param preStop hook that runs before the signal
 * @param grace time limit for both; empty if the labels don't state it
 */
public record Stopping(String signal, Optional<PreStop> preStop, Optional<Duration> grace) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DEFAULT_SIGNAL = "SIGTERM";
    private static final String EXEC = "exec";
    private static final String SLEEP = "sleepSeconds";

    /** For a container without known settings. */
    public static final Stopping DEFAULT = of(Map.of());

    /** @param imagesSignal stop signal of the image, for a template that sets none */
    public static Stopping of(Template template, String imagesSignal) {
        var lifecycle = template.lifecycle();
        var signal = lifecycle.stopSignal().isEmpty() ? imagesSignal : lifecycle.stopSignal();
        return new Stopping(signal, lifecycle.preStop(), Optional.of(lifecycle.grace()));
    }

    /** Reads the labels that {@link #labels} wrote; unreadable ones count as missing. */
    public static Stopping of(Map<String, String> labels) {
        return new Stopping(
                labels.getOrDefault(Ownership.STOP_SIGNAL, DEFAULT_SIGNAL),
                Optional.ofNullable(labels.get(Ownership.PRE_STOP)).flatMap(Stopping::preStop),
                Optional.ofNullable(labels.get(Ownership.GRACE))
                        .filter(seconds -> Text.isNumber(seconds, 9))
                        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds))));
    }

    public Map<String, String> labels() {
        var labels = new HashMap<String, String>();
        labels.put(Ownership.STOP_SIGNAL, signal);
        preStop.ifPresent(given -> labels.put(Ownership.PRE_STOP, text(given)));
        grace.ifPresent(given -> labels.put(Ownership.GRACE, Long.toString(given.toSeconds())));
        return labels;
    }

    private static String text(PreStop preStop) {
        try {
            return JSON.writeValueAsString(
                    switch (preStop) {
                        case PreStop.Exec exec -> Map.of(EXEC, exec.command());
                        case PreStop.Sleep sleep -> Map.of(SLEEP, sleep.time().toSeconds());
                    });
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Optional<PreStop> preStop(String text) {
        try {
            var tree = JSON.readTree(text);
            if (tree.path(SLEEP).canConvertToLong()) {
                return Optional.of(
                        new PreStop.Sleep(Duration.ofSeconds(tree.path(SLEEP).asLong())));
            }
            var command = new ArrayList<String>();
            tree.path(EXEC).forEach(word -> command.add(word.asText()));
            return command.isEmpty() ? Optional.empty() : Optional.of(new PreStop.Exec(List.copyOf(command)));
        } catch (JsonProcessingException spoilt) {
            return Optional.empty();
        }
    }
}
