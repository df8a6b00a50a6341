package dev.mayfly.operator.content;

import dev.mayfly.core.model.Failure;

/** What an object holds is not known, because the API server did not say. That is not the same as that it is not there. */
public class ContentUnread extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param reason of the condition, a CamelCase word; @param message for the person who must act */
    ContentUnread(String reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static ContentUnread of(ContentSource source, String namespace, String words) {
        return new ContentUnread(
                source.kind() + "Unreadable",
                source + " in namespace " + namespace + " can't be read, so nothing is changed: " + words
                        + ". Check that the operator may get, list and watch it; it is tried again by itself.");
    }

    /** The same, for the workload's conditions. */
    public Failure failure() {
        return new Failure(reason, getMessage());
    }
}
