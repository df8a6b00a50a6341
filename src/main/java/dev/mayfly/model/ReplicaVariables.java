package dev.mayfly.model;

import dev.mayfly.model.Template.Env;
import dev.mayfly.model.Template.Mount;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The environment of one replica and {@code $(NAME)} in its command, args and sub-paths, expanded as Kubernetes does: only
 * earlier variables count, {@code $$} stands for {@code $}, and what names no variable stays as it is.
 */
public final class ReplicaVariables {
    /** Set by Mayfly before all others. */
    private static final String SLOT = "MAYFLY_SLOT";
    /** The same for what a task runs: its slot is the completion index. */
    private static final String INDEX = "MAYFLY_INDEX";

    /** Linux takes no longer argument or variable (MAX_ARG_STRLEN, execve(2)); values that repeat others grow without end. */
    private static final int LONGEST = 128 * 1024;

    private final Map<String, String> values;

    private ReplicaVariables(Map<String, String> values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException where a value is longer than any program can be started with */
    public static ReplicaVariables of(Template template, ReplicaId replica) {
        var values = new LinkedHashMap<String, String>();
        values.put(SLOT, Integer.toString(replica.slot()));
        if (replica.owner().isTask()) {
            values.put(INDEX, Integer.toString(replica.slot()));
        }
        for (var variable : template.env()) {
            var value = value(variable, replica, values);
            requireShort(variable.name().length() + value.length());
            values.put(variable.name(), value);
        }
        return new ReplicaVariables(values);
    }

    /** Values by name, in an order in which each comes after those it refers to. */
    public Map<String, String> environment() {
        return Collections.unmodifiableMap(values);
    }

    /** @throws IllegalArgumentException where one becomes longer than any program can be started with */
    public List<String> expandAll(List<String> texts) {
        return texts.stream()
                .map(text -> expand(text, values, UnaryOperator.identity()))
                .toList();
    }

    /**
     * Where in its volume the mount begins; empty: at the root.
     *
     * @throws IllegalArgumentException where it refers to a variable that is not there, or would lead out of the volume
     */
    public String subPath(Mount mount) {
        if (!mount.expands()) {
            return mount.subPath();
        }
        var path = expand(mount.subPath(), values, reference -> {
            throw new IllegalArgumentException("subPathExpr " + mount.subPath() + " of " + mount.path() + " refers to "
                    + reference + ", which is no variable of the replica: add it to env");
        });
        if (path.startsWith("/") || Arrays.asList(path.split("/")).contains("..")) {
            throw new IllegalArgumentException("subPathExpr " + mount.subPath() + " of " + mount.path()
                    + " leads out of its volume: the variables in it must not begin with / or contain ..");
        }
        return path;
    }

    private static String value(Env variable, ReplicaId replica, Map<String, String> earlier) {
        return switch (variable.kind()) {
            case TEXT -> expand(variable.value(), earlier, UnaryOperator.identity());
            case PLAIN -> variable.value();
            case REPLICA_NAME -> replica.replica();
            case SLOT -> Integer.toString(replica.slot());
        };
    }

    private static String expand(String text, Map<String, String> values, UnaryOperator<String> unknown) {
        var expanded = new StringBuilder();
        var lastEnd = text.lastIndexOf(')');
        var read = 0;
        for (var at = text.indexOf('$'); at >= 0; at = text.indexOf('$', read)) {
            expanded.append(text, read, at);
            if (text.startsWith("$$", at)) {
                expanded.append('$');
                read = at + 2;
            } else if (text.startsWith("$(", at) && at < lastEnd) {
                read = text.indexOf(')', at) + 1;
                var value = values.get(text.substring(at + 2, read - 1));
                expanded.append(value == null ? unknown.apply(text.substring(at, read)) : value);
            } else {
                expanded.append('$');
                read = at + 1;
            }
            requireShort(expanded.length());
        }
        expanded.append(text, read, text.length());
        requireShort(expanded.length());
        return expanded.toString();
    }

    private static void requireShort(int length) {
        if (length >= LONGEST) {
            throw new IllegalArgumentException(
                    "An env value, command or argument is longer than 128 KiB once $(NAME) is expanded: no program can be"
                            + " started with it. Shorten the values that repeat others, or use a volume for a long one.");
        }
    }

    /** Names only: a value may be a secret. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
