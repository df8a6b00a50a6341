package dev.mayfly.cli.deleted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * The record of a deleted workload or task.
 *
 * @param fields as {@code docs/contributing/audit.md} lists them; an Event has the names and {@code message} only
 */
record Deleted(ObjectNode fields) {

    /** @param line of {@code audit.jsonl} */
    static Deleted ofLine(ObjectNode line) {
        return new Deleted(line);
    }

    static Deleted ofEvent(String kind, String namespace, String name, String uid, String time, String message) {
        return new Deleted(JsonNodeFactory.instance
                .objectNode()
                .put("kind", kind)
                .put("namespace", namespace)
                .put("name", name)
                .put("uid", uid)
                .put("deleted", time)
                .put("message", message));
    }

    String text(String field) {
        return fields.path(field).asText("");
    }

    boolean isWhole() {
        return fields.has("replicas");
    }

    /** Epoch if it is not known. */
    Instant time() {
        try {
            return Instant.parse(text("deleted"));
        } catch (DateTimeException malformed) {
            return Instant.EPOCH;
        }
    }

    /** How many replicas or attempts there were; a dash if it is not known. */
    String lived() {
        return isWhole() ? fields.at("/replicas/lived").asText() : "-";
    }

    String ended() {
        if (!isWhole()) {
            return "-";
        }
        var ends = new StringBuilder();
        fields.at("/replicas/ended")
                .properties()
                .forEach(end -> ends.append(ends.isEmpty() ? "" : ", ")
                        .append(end.getValue().asText())
                        .append(' ')
                        .append(end.getKey()));
        return ends.isEmpty() ? "-" : ends.toString();
    }

    String writes() {
        return isWhole()
                ? (fields.at("/findings/truncated").asBoolean() ? "more than " : "")
                        + fields.at("/findings/count").asText()
                : "-";
    }

    /** The resources that are still there; a dash if it is not known, or nothing is. */
    String left() {
        return joined(fields.path("left"));
    }

    String kept() {
        return joined(fields.at("/volumes/kept"));
    }

    private static String joined(JsonNode list) {
        var text = new StringBuilder();
        list.forEach(one -> text.append(text.isEmpty() ? "" : ", ").append(one.asText()));
        return text.isEmpty() ? "-" : text.toString();
    }
}
