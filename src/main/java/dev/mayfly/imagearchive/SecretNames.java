package dev.mayfly.imagearchive;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Decides by a variable's name, and by the shape of its value, whether it holds a secret. The words are those of
 * BuildKit's check SecretsUsedInArgOrEnv (docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env), with two
 * exceptions: {@code key} counts only after a qualifying word, because trusted images have {@code GPG_KEY}, and
 * {@code auth} only as the last word.
 */
final class SecretNames {
    private static final Set<String> WORDS = Set.of(
            "apikey", "credential", "credentials", "passphrase", "password", "passwd", "pword", "secret", "token");

    /** Words that make a following {@code key} a secret. */
    private static final Set<String> KEY_QUALIFIERS = Set.of(
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

    /** Last words of names whose value describes a secret but is not one. */
    private static final Set<String> DESCRIBING_SUFFIXES = Set.of(
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

    /** First words of names that describe how secrets are used; {@code public} is BuildKit's own exception. */
    private static final Set<String> DESCRIBING_PREFIXES =
            Set.of("allow", "disable", "disabled", "enable", "enabled", "no", "public", "random");

    /** A reference to a variable or command, a path, a URL, a switch, a number, a version or a placeholder. */
    private static final Pattern HARMLESS = Pattern.compile("""
            \\$.*|`.*|%\\w+%|[~.]?/.*|file:.*|https?://.*\
            |(?i:true|false|yes|no|on|off|null|none|nil|undefined|dummy|placeholder|example|redacted|x+|\\*+)|<.*>|\\{\\{.*\
            |\\d{1,4}|\\d+[:.][\\w.+~:-]*""", Pattern.DOTALL);

    /** A value that begins otherwise is script punctuation, such as a regular expression. */
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
                || DESCRIBING_SUFFIXES.contains(words.getLast())
                || DESCRIBING_PREFIXES.contains(words.getFirst())
                || words.contains("public")) {
            return false;
        }
        var keys = words.indexOf("key");
        return words.stream().anyMatch(WORDS::contains)
                || words.getLast().equals("auth")
                || keys > 0 && KEY_QUALIFIERS.contains(words.get(keys - 1));
    }

    /** Splits a name into lower-case words: {@code apiKey} and {@code API_KEY} both become {@code api}, {@code key}. */
    private static List<String> words(String name) {
        return Arrays.stream(BETWEEN.split(HUMP.matcher(name).replaceAll("$1 $2")))
                .filter(word -> !word.isEmpty())
                .map(word -> word.toLowerCase(Locale.ROOT))
                .toList();
    }
}
