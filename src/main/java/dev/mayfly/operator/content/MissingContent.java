package dev.mayfly.operator.content;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.InvalidSpec;
import java.util.Optional;

/**
 * Reports missing ConfigMaps, Secrets and keys that a template requires: until they exist, nothing is started or
 * changed.
 */
public final class MissingContent {
    private MissingContent() {}

    /**
     * The object's content; empty if it is optional and missing.
     *
     * @param where the field that refers to it
     * @throws InvalidSpec if it is required and missing
     */
    public static Optional<Content.Held> object(
            Content content, ContentSource source, boolean optional, String where, OwnerId owner) {
        var held = content.of(source);
        if (held.isEmpty() && !optional && content.read()) {
            throw new InvalidSpec(
                    source.kind() + "NotFound",
                    source + " is not there, which " + where + " needs: create it in namespace " + owner.namespace()
                            + ", correct the name, or set optional: true");
        }
        return held;
    }

    public static InvalidSpec key(ContentSource source, String key, String where) {
        return new InvalidSpec(
                source.kind() + "NotFound",
                source + " has no key " + key + ", which " + where
                        + " needs: add the key, correct its name, or set optional: true");
    }
}
