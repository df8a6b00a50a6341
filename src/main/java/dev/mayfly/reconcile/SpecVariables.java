package dev.mayfly.reconcile;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.EnvVar;
import dev.mayfly.model.Template.Env;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code $(NAME)} in env values, command and args, as Kubernetes expands it: {@code $$} stands for {@code $}, and what
 * names no variable stays as it is.
 *
 * @param env in the order given, each value expanded by the variables before it
 */
record SpecVariables(List<Env> env, Map<String, String> values) {
    /** Linux takes no longer argument or variable (MAX_ARG_STRLEN, execve(2)); values that repeat others grow without end. */
    private static final int LONGEST = 128 * 1024;

    private static final Pattern REFERENCE = Pattern.compile("\\$(?:\\$|\\(([^)]*)\\))");

    static SpecVariables of(List<EnvVar> given) {
        var env = new ArrayList<Env>();
        var values = new HashMap<String, String>();
        for (var variable : given) {
            var value = expand(requireNonNullElse(variable.value(), ""), values);
            env.add(new Env(variable.name(), value));
            values.put(variable.name(), value);
        }
        return new SpecVariables(List.copyOf(env), Map.copyOf(values));
    }

    List<String> expandAll(List<String> texts) {
        return texts.stream().map(text -> expand(text, values)).toList();
    }

    private static String expand(String text, Map<String, String> values) {
        var expanded = new StringBuilder();
        var references = REFERENCE.matcher(text);
        while (references.find()) {
            var name = references.group(1);
            references.appendReplacement(
                    expanded,
                    Matcher.quoteReplacement(name == null ? "$" : values.getOrDefault(name, references.group())));
            requireShort(expanded);
        }
        references.appendTail(expanded);
        requireShort(expanded);
        return expanded.toString();
    }

    private static void requireShort(StringBuilder text) {
        if (text.length() >= LONGEST) {
            throw new InvalidSpec("An env value, command or argument is longer than 128 KiB once $(NAME) is expanded:"
                    + " no program can be started with it. Shorten the values that repeat others.");
        }
    }
}
