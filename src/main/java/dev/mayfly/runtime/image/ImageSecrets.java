package dev.mayfly.runtime.image;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds the places of an image's configuration that look like a secret. Never returns the secret itself. */
public final class ImageSecrets {
    /**
     * {@code NAME=value} and {@code --name value} as in shell commands, ENV, ARG and RUN, with a bare or quoted value:
     * one of the first two groups is the name, one of the other three the value.
     */
    private static final Pattern ASSIGNMENT =
            Pattern.compile("(?:^|[^\\w.-])(?:([A-Za-z_][\\w.-]*)=|--([A-Za-z][\\w.-]*)[= ])"
                    + "(?:\"([^\"]*)\"?|'([^']*)'?|([^\\s;&|\"')]+))");

    private static final Pattern AUTHORIZATION =
            Pattern.compile("(?i)authorization: *(?:basic|bearer|token) +[\\w=~+/-][\\w=~.+/-]{7}");

    private ImageSecrets() {}

    /**
     * The suspicious places, such as {@code env NAME} and {@code history step 3}.
     *
     * @param environment entries {@code NAME=value}
     * @param history the command of each build step, from the first
     */
    public static List<String> places(List<String> environment, List<String> history) {
        return Stream.concat(
                        environment.stream().filter(ImageSecrets::variable).map(text -> "env " + name(text)),
                        IntStream.range(0, history.size())
                                .filter(i -> step(history.get(i)))
                                .mapToObj(i -> "history step " + (i + 1)))
                .toList();
    }

    private static boolean variable(String text) {
        return SecretNames.secret(
                        name(text),
                        text.substring(Math.min(text.length(), name(text).length() + 1)))
                || SecretShapes.in(text);
    }

    private static String name(String text) {
        return text.indexOf('=') < 0 ? text : text.substring(0, text.indexOf('='));
    }

    private static boolean step(String text) {
        return SecretShapes.in(text) || AUTHORIZATION.matcher(text).find() || assigned(text);
    }

    private static boolean assigned(String text) {
        var found = ASSIGNMENT.matcher(text);
        // the character before a name may be the last one of the value before it
        for (var from = 0; found.find(from); from = found.end() - 1) {
            var name = first(found.group(1), found.group(2));
            var value = first(found.group(3), found.group(4), found.group(5));
            if (SecretNames.secret(name, value)) {
                return true;
            }
        }
        return false;
    }

    private static String first(String... groups) {
        return Stream.of(groups).filter(group -> group != null).findFirst().orElse("");
    }
}
