package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.model.Text;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * LABELs of an image, as its containers inherit them. The engine repeats a container's labels in each list of containers
 * and in each event, so one image's megabyte would be a megabyte for each of its replicas, every few seconds.
 *
 * @param withheld names of LABELs that containers get with an empty value: those with long values, and those that events
 *     would confuse with the engine's own words
 * @param bytes total of the names and of the values that are not withheld, in bytes of UTF-8
 */
public record InheritedLabels(Set<String> withheld, long bytes) {
    public static final InheritedLabels NONE = new InheritedLabels(Set.of(), 0);

    /**
     * Names under which events report exits and signals. A container's label of that name replaces the engine's value (moby:
     * daemon/events.go, copyAttributes).
     */
    public static final Set<String> EVENT_ATTRIBUTES = Set.of("exitCode", "execID", "signal");

    /** In bytes. Longer values describe the image's build, in JSON. They can still be read from the image. */
    private static final int LONGEST_VALUE = 1 << 10;
    /** More names than any launch is accepted with, which are not kept. */
    private static final int MOST_BYTES = 1 << 20;

    public static InheritedLabels of(Map<String, String> labels) {
        var withheld = new HashSet<String>();
        var bytes = 0L;
        for (var label : labels.entrySet()) {
            var isWithheld = Text.exceeds(label.getValue(), LONGEST_VALUE) || EVENT_ATTRIBUTES.contains(label.getKey());
            bytes += Text.bytes(label.getKey()) + (isWithheld ? 0 : Text.bytes(label.getValue()));
            if (isWithheld) {
                withheld.add(label.getKey());
            }
        }
        return new InheritedLabels(bytes > MOST_BYTES ? Set.of() : Set.copyOf(withheld), bytes);
    }
}
