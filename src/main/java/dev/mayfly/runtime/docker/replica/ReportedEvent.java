package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.model.Event;
import dev.mayfly.core.model.Text;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An event of a container, as the engine reported it. Pure. The engine puts the container's labels among an event's
 * details, so only what no label can forge is taken from these: an image's LABELs of these names are withheld, see
 * {@link dev.mayfly.runtime.docker.image.InheritedLabels}.
 *
 * @param container the engine's ID of the container
 * @param action the engine's word
 * @param exitCode empty unless the event reports an exit
 * @param command the engine's ID of a command that exited in the container; empty if none did
 * @param signal number of the signal that was sent; empty unless the event reports one
 * @param name the container's name after the event, which no label replaces (moby: daemon/events.go); empty: none is given
 */
record ReportedEvent(
        String container, String action, OptionalInt exitCode, String command, OptionalInt signal, String name) {
    /** Actions after which the container must be inspected. */
    private static final Set<String> CHANGES = Set.of("start", "die", "destroy", "rename", "pause", "unpause");
    /** The action's name continues with the new health. */
    private static final String HEALTH = "health_status";

    private static final int DIGITS = 9;

    /** Empty if the event names no container. */
    static Optional<ReportedEvent> of(Event event) {
        return Optional.ofNullable(event.getId())
                .map(container -> of(container, String.valueOf(event.getAction()), details(event)));
    }

    static ReportedEvent of(String container, String action, Map<String, String> details) {
        return new ReportedEvent(
                container,
                action,
                number(details, "exitCode"),
                Objects.requireNonNullElse(details.get("execID"), ""),
                number(details, "signal"),
                Objects.requireNonNullElse(details.get("name"), ""));
    }

    private static OptionalInt number(Map<String, String> details, String key) {
        var text = details.get(key);
        return text != null && Text.isNumber(text, DIGITS)
                ? OptionalInt.of(Integer.parseInt(text))
                : OptionalInt.empty();
    }

    private static Map<String, String> details(Event event) {
        var actor = event.getActor();
        return actor == null || actor.getAttributes() == null ? Map.of() : actor.getAttributes();
    }

    /** True if the container may have changed. */
    boolean reportsChange() {
        return CHANGES.contains(action) || action.startsWith(HEALTH);
    }
}
