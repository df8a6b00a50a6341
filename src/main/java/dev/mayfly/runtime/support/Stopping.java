package dev.mayfly.runtime.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.LabelReader;
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
    /** Longer than the name of any signal. */
    private static final int LONGEST_SIGNAL = 32;
    /** Some 30 years, which no sum of times exceeds. */
    private static final int SECONDS_DIGITS = 9;

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
        return of(new LabelReader(labels));
    }

    /** @param labels knows afterwards which of them can't be read */
    public static Stopping of(LabelReader labels) {
        return new Stopping(
                labels.read(Ownership.STOP_SIGNAL, Stopping::signal).orElse(DEFAULT_SIGNAL),
                labels.read(Ownership.PRE_STOP, Stopping::preStop),
                labels.read(
                        Ownership.GRACE,
                        seconds -> Text.isNumber(seconds, SECONDS_DIGITS)
                                ? Duration.ofSeconds(Long.parseLong(seconds))
                                : refuse("seconds")));
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

    private static String signal(String text) {
        return text.length() <= LONGEST_SIGNAL && text.chars().allMatch(c -> c > ' ' && c < 0x7F)
                ? text
                : refuse("signal");
    }

    private static PreStop preStop(String text) {
        try {
            var tree = JSON.readTree(text);
            var sleep = tree.path(SLEEP);
            if (sleep.isIntegralNumber() && sleep.canConvertToLong() && isSleep(sleep.asLong())) {
                return new PreStop.Sleep(Duration.ofSeconds(sleep.asLong()));
            }
            var command = new ArrayList<String>();
            tree.path(EXEC).forEach(word -> command.add(word.isTextual() ? word.textValue() : refuse("word")));
            return command.isEmpty() ? refuse("hook") : new PreStop.Exec(List.copyOf(command));
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }

    private static boolean isSleep(long seconds) {
        return seconds >= 0 && Text.isNumber(Long.toString(seconds), SECONDS_DIGITS);
    }

    private static <T> T refuse(String expected) {
        throw new IllegalArgumentException("no " + expected);
    }
}
