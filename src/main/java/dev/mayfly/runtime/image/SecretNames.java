package dev.mayfly.runtime.image;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whether a variable holds a secret, by its name and by what its value is not. The words are those of BuildKit's check
 * SecretsUsedInArgOrEnv (docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env), but {@code key} only after a
 * word that makes it a secret one, since images that people trust have {@code GPG_KEY}, and {@code auth} only as the last.
 */
final class SecretNames {
    private static final Set<String> WORDS = Set.of(
            "apikey", "credential", "credentials", "passphrase", "password", "passwd", "pword", "secret", "token");

    /** Before {@code key}. */
    private static final Set<String> OF_KEYS = Set.of(
            "access",
            "account",
            "api",
            "auth",
            "deploy",
            "encryption",
            "master",
            "private",
            "secret",
            "signing",
            "ssh",
            "storage");

    /** As the last word they say that the value is about a secret and not the secret. */
    private static final Set<String> ABOUT = Set.of(
            "algorithm",
            "count",
            "dir",
            "enabled",
            "endpoint",
            "expiry",
            "file",
            "fingerprint",
            "format",
            "header",
            "helper",
            "host",
            "id",
            "issuer",
            "length",
            "lifetime",
            "limit",
            "name",
            "parallelism",
            "path",
            "policy",
            "prefix",
            "required",
            "server",
            "size",
            "stdin",
            "store",
            "timeout",
            "ttl",
            "type",
            "uri",
            "url",
            "version");

    /** As the first word they say what is done with secrets; {@code public} is BuildKit's own exception. */
    private static final Set<String> NOT_SECRET =
            Set.of("allow", "disable", "disabled", "enable", "enabled", "no", "public", "random");

    /** A reference to another variable or a command, a path, an address, a switch or number, a version, a placeholder. */
    private static final Pattern HARMLESS = Pattern.compile("""
            \\$.*|`.*|%\\w+%|[~.]?/.*|file:.*|https?://.*\
            |(?i:true|false|yes|no|on|off|null|none|nil|undefined|dummy|placeholder|example|redacted|x+|\\*+)|<.*>|\\{\\{.*\
            |\\d{1,4}|\\d+[:.][\\w.+~:-]*""", Pattern.DOTALL);

    /** What begins otherwise is punctuation of a script, such as a regular expression. */
    private static final Pattern BEGINNING = Pattern.compile("[0-9A-Za-z!@#^&_].+", Pattern.DOTALL);

    private static final Pattern HUMP = Pattern.compile("([a-z])([A-Z])");
    private static final Pattern BETWEEN = Pattern.compile("[^0-9A-Za-z]+");

    private SecretNames() {}

    static boolean secret(String name, String value) {
        return secret(name)
                && BEGINNING.matcher(value).matches()
                && !HARMLESS.matcher(value).matches();
    }

    private static boolean secret(String name) {
        var words = words(name);
        if (words.isEmpty()
                || ABOUT.contains(words.getLast())
                || NOT_SECRET.contains(words.getFirst())
                || words.contains("public")) {
            return false;
        }
        var keys = words.indexOf("key");
        return words.stream().anyMatch(WORDS::contains)
                || words.getLast().equals("auth")
                || keys > 0 && OF_KEYS.contains(words.get(keys - 1));
    }

    /** {@code apiKey} and {@code API_KEY} have the same two. */
    private static List<String> words(String name) {
        return Arrays.stream(BETWEEN.split(HUMP.matcher(name).replaceAll("$1 $2")))
                .filter(word -> !word.isEmpty())
                .map(word -> word.toLowerCase(Locale.ROOT))
                .toList();
    }
}
