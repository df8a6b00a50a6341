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
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) == null ? "$" : values.getOrDefault(found.group(1), found.group())));
    }
}
