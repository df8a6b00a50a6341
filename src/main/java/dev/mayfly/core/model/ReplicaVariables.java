package dev.mayfly.core.model;

import dev.mayfly.core.model.Template.Env;
import dev.mayfly.core.model.Template.Env.Kind;
import dev.mayfly.core.model.Template.Mount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The environment of one replica and the expansion of {@code $(NAME)} in its command, args and sub-paths. As in
 * Kubernetes, only earlier variables are expanded, {@code $$} becomes {@code $}, and a reference to an unknown variable
 * stays as it is.
 */
public final class ReplicaVariables {
    /** The slot. Mayfly sets it before all other variables. */
    private static final String SLOT = "MAYFLY_SLOT";
    /** The completion index of a task's attempt: the same number as the slot. */
    private static final String INDEX = "MAYFLY_INDEX";

    /**
     * Longest argument or variable that Linux accepts, in bytes (MAX_ARG_STRLEN, execve(2)). Without a limit, values
     * that repeat other values would grow without bound.
     */
    public static final int LONGEST = 128 * 1024;
    /**
     * Longest arguments and environment that Linux starts a program with, in bytes: a quarter of the stack, which is 8 MiB
     * unless an engine is configured otherwise (execve(2)).
     */
    public static final int MOST = 2 << 20;
    /**
     * Most of that which values may have that repeat others, in bytes. Only those are as long as a spec is not, and each
     * reconciliation makes them anew.
     */
    private static final int MOST_EXPANDED = 512 << 10;

    private final Map<String, String> values;

    private ReplicaVariables(Map<String, String> values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException if the values are too long to start any program with */
    public static ReplicaVariables of(Template template, ReplicaId replica) {
        var values = new LinkedHashMap<String, String>();
        values.put(SLOT, Integer.toString(replica.slot()));
        if (replica.owner().isTask()) {
            values.put(INDEX, Integer.toString(replica.slot()));
        }
        var total = 0;
        var repeated = 0;
        for (var variable : template.process().env()) {
            var value = value(variable, replica, values);
            var length = Text.bytes(variable.name()) + Text.bytes(value);
            requireShort(length);
            total += length;
            requireFew(total);
            repeated += variable.kind() == Kind.TEXT && repeats(variable.value()) ? length : 0;
            requireFewRepeated(repeated);
            values.put(variable.name(), value);
        }
        return new ReplicaVariables(values);
    }

    /** Values by name; each variable comes after those it refers to. */
    public Map<String, String> environment() {
        return Collections.unmodifiableMap(values);
    }

    /** @throws IllegalArgumentException if the expanded texts are too long to start any program with */
    public List<String> expandAll(List<String> texts) {
        var expanded = new ArrayList<String>();
        var total = 0;
        var repeated = 0;
        for (var text : texts) {
            expanded.add(expand(text, values, UnaryOperator.identity()));
            var length = Text.bytes(expanded.getLast());
            total += length;
            requireFew(total);
            repeated += repeats(text) ? length : 0;
            requireFewRepeated(repeated);
        }
        return List.copyOf(expanded);
    }

    /**
     * The mount's path in its volume; empty: the volume's root.
     *
     * @throws IllegalArgumentException if it refers to an unknown variable, or would lead out of the volume
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

    private static boolean repeats(String text) {
        return text.contains("$(");
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
        requireShort(expanded.length()); // first: then the bytes are few enough to be counted
        var whole = expanded.toString();
        requireShort(Text.bytes(whole));
        return whole;
    }

    /** @param length in bytes, or in chars, of which each is at least one byte */
    private static void requireShort(int length) {
        if (length >= LONGEST) {
            throw new IllegalArgumentException(
                    "An env value, command or argument is longer than 128 KiB once $(NAME) is expanded: no program can be"
                            + " started with it. Shorten the values that repeat others, or use a volume for a long one.");
        }
    }

    private static void requireFew(int total) {
        if (total >= MOST) {
            throw new IllegalArgumentException(
                    "All values of env, command or args together are longer than 2 MiB once $(NAME) is expanded: no program"
                            + " can be started with them. Shorten the values that repeat others, or use a volume for"
                            + " long ones.");
        }
    }

    private static void requireFewRepeated(int total) {
        if (total >= MOST_EXPANDED) {
            throw new IllegalArgumentException(
                    "Values of env, command or args with $(NAME) are longer than 512 KiB together once it is expanded."
                            + " Shorten the values that repeat others, or use a volume for long ones.");
        }
    }

    /** Names only: a value may be a secret. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
