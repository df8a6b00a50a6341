package dev.mayfly.config;

import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Generates the configuration page: keys and defaults by reflection, descriptions from the source's Javadoc. */
final class ConfigurationPage {
    private static final String HEAD = """
            # Configuration

            <!-- Generated from src/main/java/dev/mayfly/config by ConfigurationPageTest. -->

            Each key can be given as a system property (`-Dmayfly.installation=blue`), as an environment variable
            (`MAYFLY_INSTALLATION=blue`: upper case, every other character `_`), in `config/application.properties` beside
            the operator's working directory, or with the chart's `config` value. A key that does not exist stops the
            operator at its start.

            | Key | Default | Meaning |
            |---|---|---|
            """;

    private ConfigurationPage() {}

    static String generate(String source) {
        return rows(MayflyConfig.class, "mayfly.", source).sorted().collect(Collectors.joining("", HEAD, ""));
    }

    private static Stream<String> rows(Class<?> type, String prefix, String source) {
        return Arrays.stream(type.getDeclaredMethods())
                .sorted(Comparator.comparing(Method::getName))
                .flatMap(method -> method.getReturnType().getPackage() == MayflyConfig.class.getPackage()
                        ? rows(method.getReturnType(), prefix + key(method) + ".", source)
                        : method.getReturnType() == Map.class
                                ? rows(named(method), prefix + key(method) + ".<name>.", source)
                                : Stream.of(row(method, prefix, source)));
    }

    /** The type of such a map's values. */
    private static Class<?> named(Method method) {
        return (Class<?>) ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[1];
    }

    private static String row(Method method, String prefix, String source) {
        var byDefault = Optional.ofNullable(method.getAnnotation(WithDefault.class))
                .map(given -> "`" + given.value() + "`")
                .orElse("unset");
        return "| `%s%s` | %s | %s |%n".formatted(prefix, key(method), byDefault, description(method, source));
    }

    private static String key(Method method) {
        var name = method.getAnnotation(WithName.class);
        return name != null
                ? name.value()
                : method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** The Javadoc before the method, as one line of Markdown. */
    private static String description(Method method, String source) {
        var from = Math.max(
                0, source.indexOf("interface " + method.getDeclaringClass().getSimpleName() + " {"));
        return Pattern.compile(
                        "/\\*\\*((?:(?!\\*/).)*)\\*/\\s+(?:@[^\\n]+\\s+)*[\\w<>.]+ " + method.getName() + "\\(\\);",
                        Pattern.DOTALL)
                .matcher(source.substring(from))
                .results()
                .findFirst()
                .map(ConfigurationPage::markdown)
                .orElseThrow(() -> new AssertionError(method + " has no Javadoc"));
    }

    private static String markdown(MatchResult javadoc) {
        return javadoc.group(1)
                .replaceAll("\\s*\\n\\s*\\* ?", " ")
                .replaceAll("\\{@code (\\{\\w+}|[^}]*)}", "`$1`")
                .strip();
    }
}
