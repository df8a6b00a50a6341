package dev.mayfly.operator.event;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.time.Instant;

/** Builds the fields that all Kubernetes Events of Mayfly have in common. */
public final class EventObjects {
    private EventObjects() {}

    /** An Event about that object, in its namespace; the caller sets its name. */
    public static EventBuilder about(
            ObjectReference object,
            boolean warning,
            String reason,
            String message,
            int count,
            Instant first,
            Instant last) {
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(object.getNamespace())
                .endMetadata()
                .withInvolvedObject(object)
                .withType(warning ? "Warning" : "Normal")
                .withReason(reason)
                .withMessage(message)
                .withCount(count)
                .withFirstTimestamp(seconds(first))
                .withLastTimestamp(seconds(last))
                .withNewSource()
                .withComponent("mayfly")
                .endSource();
    }

    /** The API server accepts no fractions of a second here. */
    private static String seconds(Instant instant) {
        return Instant.ofEpochSecond(instant.getEpochSecond()).toString();
    }
}
