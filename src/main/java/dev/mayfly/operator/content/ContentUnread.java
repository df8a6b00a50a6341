package dev.mayfly.operator.content;

import dev.mayfly.core.model.Failure;

/** An object's content is unknown because the API server did not answer. The object may exist. */
public class ContentUnread extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /**
     * @param reason reason of the condition, in CamelCase
     * @param message for the user who must act
     */
    ContentUnread(String reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static ContentUnread of(ContentSource source, String namespace, String words) {
        return new ContentUnread(
                source.kind() + "Unreadable",
                source + " in namespace " + namespace + " can't be read, so nothing is changed: " + words
                        + ". Check that the operator may get, list and watch it; it is retried automatically.");
    }

    /** The error as the workload's conditions report it. */
    public Failure failure() {
        return new Failure(reason, getMessage());
    }
}
