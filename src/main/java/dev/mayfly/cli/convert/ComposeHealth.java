package dev.mayfly.cli.convert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A health check becomes a readiness probe: an engine shows that a container is unhealthy, and does not restart it. */
final class ComposeHealth {
    private static final long INTERVAL = 30;
    private static final long TIMEOUT = 30;
    private static final long RETRIES = 3;
    private static final long MAX_SECONDS = 86_400;
    private static final long MAX_TIMEOUT = 3600;
    private static final long MAX_RETRIES = 1000;
    private static final int MAX_WORDS = 64;
    private static final int MAX_WORD = 4096;
    private static final int MAX_CHARACTERS = 8192;

    private ComposeHealth() {}

    static void read(Fields fields, Draft draft) {
        fields.fields("healthcheck").ifPresent(check -> {
            var disabled = check.flag("disable");
            if (!disabled && !check.rest().containsKey("test")) {
                draft.notes()
                        .leftOut(
                                draft.name(),
                                "healthcheck",
                                "its command is the image's, which is not read",
                                "add test");
                return;
            }
            var command = command(check);
            if (disabled || command.isEmpty()) {
                return;
            }
            if (command.size() > MAX_WORDS
                    || command.stream().anyMatch(word -> word.length() > MAX_WORD)
                    || command.stream().mapToInt(String::length).sum() > MAX_CHARACTERS) {
                draft.notes().leftOut(draft.name(), "healthcheck", "its command is too long", "put it into a script");
                return;
            }
            var probe = new LinkedHashMap<String, Object>();
            probe.put("exec", Map.of("command", command));
            probe.put("periodSeconds", seconds(draft, check, "interval", INTERVAL, MAX_SECONDS));
            probe.put("timeoutSeconds", seconds(draft, check, "timeout", TIMEOUT, MAX_TIMEOUT));
            var retries = check.number("retries").filter(number -> number > 0).orElse(RETRIES);
            probe.put("failureThreshold", draft.within("healthcheck.retries", retries, 1, MAX_RETRIES));
            draft.template("readinessProbe", probe);
            draft.leftOver(
                    "healthcheck",
                    check,
                    "a replica is ready from the check's first success on",
                    "set initialDelaySeconds, or a startupProbe beside a livenessProbe");
            draft.notes()
                    .changed(
                            draft.name(),
                            "healthcheck is its readinessProbe",
                            "an unhealthy container is shown but not restarted by Docker",
                            "copy it to livenessProbe to have it restarted");
        });
    }

    /** Empty where there is none. */
    private static List<String> command(Fields check) {
        return switch (check.value("test").orElse(List.of())) {
            case List<?> list when list.isEmpty() -> List.of();
            case List<?> list -> {
                var words = list.stream()
                        .map(word -> Fields.text(check.at() + ".test", word))
                        .toList();
                yield switch (words.getFirst()) {
                    case "NONE" -> List.of();
                    case "CMD" -> words.subList(1, words.size());
                    case "CMD-SHELL" -> shell(String.join(" ", words.subList(1, words.size())));
                    default -> words;
                };
            }
            case Object line -> shell(Fields.text(check.at() + ".test", line));
        };
    }

    private static List<String> shell(String line) {
        return line.isBlank() ? List.of() : List.of("/bin/sh", "-c", line);
    }

    /** As for Docker, 0 is the default. */
    private static long seconds(Draft draft, Fields check, String key, long otherwise, long most) {
        var field = "healthcheck." + key;
        var seconds = draft.seconds(field, check.text(key)).filter(given -> given > 0);
        return draft.within(field, seconds.orElse(otherwise), 1, most);
    }
}
