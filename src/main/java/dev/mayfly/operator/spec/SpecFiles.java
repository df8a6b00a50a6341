package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.Volume.ConfigMapSource;
import dev.mayfly.api.v1alpha1.Volume.KeyToPath;
import dev.mayfly.api.v1alpha1.Volume.SecretSource;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Volume;
import dev.mayfly.core.model.Volume.FileContent;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.content.ContentSource;
import dev.mayfly.operator.content.MissingContent;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/** Reads {@code configMap} and {@code secret} volumes as files. */
final class SpecFiles {
    private static final int MODE = 0644;

    private final ContentSource source;
    private final Content content;
    private final int mode;
    private final boolean optional;
    private final String where;
    private final TreeMap<String, FileContent> files = new TreeMap<>();

    private SpecFiles(ContentSource source, Content content, Integer mode, Boolean optional, String volume) {
        this.source = source;
        this.content = content;
        this.mode = requireNonNullElse(mode, MODE);
        this.optional = Boolean.TRUE.equals(optional);
        this.where = "volume '" + volume + "'";
    }

    static Volume.Files of(String volume, ConfigMapSource given, OwnerId owner, Content content) {
        return new SpecFiles(
                        ContentSource.configMap(given.name()), content, given.defaultMode(), given.optional(), volume)
                .read(given.items(), owner);
    }

    static Volume.Files of(String volume, SecretSource given, OwnerId owner, Content content) {
        return new SpecFiles(
                        ContentSource.secret(given.secretName()),
                        content,
                        given.defaultMode(),
                        given.optional(),
                        volume)
                .read(given.items(), owner);
    }

    private Volume.Files read(List<KeyToPath> items, OwnerId owner) {
        MissingContent.object(content, source, optional, where, owner).ifPresent(held -> {
            if (items == null || items.isEmpty()) {
                held.values().forEach((key, value) -> files.put(key, new FileContent(value, mode)));
            } else {
                items.forEach(item -> add(item, held));
            }
        });
        return new Volume.Files(Collections.unmodifiableMap(files));
    }

    private void add(KeyToPath item, Content.Held held) {
        var value = held.values().get(item.key());
        if (value == null) {
            if (!optional) {
                throw MissingContent.key(source, item.key(), where);
            }
            return;
        }
        var taken = files.put(item.path(), new FileContent(value, requireNonNullElse(item.mode(), mode)));
        if (taken != null || files.keySet().stream().anyMatch(path -> nested(path, item.path()))) {
            throw new InvalidSpec("two of items of " + where + " want the path " + item.path()
                    + ", or one lies below it: change one of them");
        }
    }

    private static boolean nested(String path, String other) {
        return path.startsWith(other + "/") || other.startsWith(path + "/");
    }
}
