package dev.mayfly.imagearchive;

import com.google.common.collect.Iterables;
import com.google.re2j.Pattern;
import dev.mayfly.imagearchive.ImageArchive.UnreadableImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
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

    /**
     * Bytes of the environment and the build steps together. Those of large images take a fifth; the search holds one of
     * the places in which images are inspected.
     */
    private static final int MOST_BYTES = 256 << 10;

    private static final Pattern AUTHORIZATION =
            Pattern.compile("(?i)authorization: *(?:basic|bearer|token) +[\\w=~+/-][\\w=~.+/-]{7}");

    private ImageSecrets() {}

    /**
     * The suspicious places, such as {@code env NAME} and {@code history step 3}.
     *
     * @param environment entries {@code NAME=value}
     * @param history the command of each build step, from the first
     * @throws UnreadableImage if they are longer than 256 KiB in all
     */
    public static List<String> places(List<String> environment, List<String> history) throws UnreadableImage {
        requireFew(environment, history);
        return Stream.concat(
                        environment.stream().filter(ImageSecrets::variable).map(text -> "env " + name(text)),
                        IntStream.range(0, history.size())
                                .filter(i -> step(history.get(i)))
                                .mapToObj(i -> "history step " + (i + 1)))
                .toList();
    }

    private static void requireFew(List<String> environment, List<String> history) throws UnreadableImage {
        var left = MOST_BYTES;
        for (var text : Iterables.concat(environment, history)) {
            left -= text.length() > left ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
            if (left < 0) {
                throw new UnreadableImage("its ENV and the commands of its build steps have more than "
                        + (MOST_BYTES >> 10)
                        + " KiB in all, so they can't be searched for secrets; build it with COPY in"
                        + " place of long commands");
            }
        }
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
        for (var group : groups) {
            if (group != null) {
                return group;
            }
        }
        return "";
    }

    /**
     * Recognizes secrets by the prefixes that their issuers gave them for this purpose. Prefixes and lengths are those of
     * gitleaks' rules (github.com/gitleaks/gitleaks, config/gitleaks.toml).
     */
    static final class SecretShapes {
        private static final Pattern ANY = Stream.of(
                        "-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY", // private-key
                        "\\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\\b", // aws-access-token
                        "\\bgh[pousr]_[0-9a-zA-Z]{36}", // github-pat, -oauth, -app-token, -refresh-token
                        "\\bgithub_pat_\\w{82}", // github-fine-grained-pat
                        "\\bglpat-[\\w-]{20}", // gitlab-pat
                        "\\bxox[abeoprs]-[0-9a-zA-Z-]{10}", // slack-*-token
                        "\\b[sr]k_(?:live|prod)_[a-zA-Z0-9]{10}", // stripe-access-token, without those for tests
                        "\\bAIza[\\w-]{35}", // gcp-api-key
                        "\\bnpm_[a-zA-Z0-9]{36}\\b", // npm-access-token
                        "\\bpypi-AgEIcHlwaS5vcmc[\\w-]{50}", // pypi-upload-token
                        "\\bey[a-zA-Z0-9]{17,}\\.ey[\\w/-]{17,}\\.[\\w/-]{10}", // jwt
                        "\\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\\s/:@$]{0,200}:[^\\s/:@${<*][^\\s/:@]{2,200}@") // a URL's
                // password
                .collect(Collectors.collectingAndThen(Collectors.joining("|"), Pattern::compile));

        private SecretShapes() {}

        static boolean in(String text) {
            return ANY.matcher(text).find();
        }
    }

    /**
     * Decides by a variable's name, and by the shape of its value, whether it holds a secret. The words are those of
     * BuildKit's check SecretsUsedInArgOrEnv (docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env), with two
     * exceptions: {@code key} counts only after a qualifying word, because trusted images have {@code GPG_KEY}, and
     * {@code auth} only as the last word.
     */
    static final class SecretNames {
        private static final Set<String> WORDS = Set.of(
                "apikey", "credential", "credentials", "passphrase", "password", "passwd", "pword", "secret", "token");

        /** Every name of a secret contains one of them. */
        private static final List<String> PARTS =
                List.of("key", "auth", "credential", "passphrase", "passw", "pword", "secret", "token");

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
            var lower = name.toLowerCase(Locale.ROOT);
            if (PARTS.stream().noneMatch(lower::contains)) {
                return false; // most names: to divide them into words would take most of the search
            }
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
}
