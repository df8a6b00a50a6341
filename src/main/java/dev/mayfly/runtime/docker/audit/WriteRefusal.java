package dev.mayfly.runtime.docker.audit;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.docker.container.ContainerPath;
import java.util.Optional;

/**
 * A write that a read-only file system refused, read from the output of a process. Pure; takes only the path from the
 * output.
 *
 * @param path absolute; empty if it is unknown
 * @param directory true if that path was to become a directory
 */
public record WriteRefusal(Optional<String> path, boolean directory) {
    /**
     * Longer paths are dropped: the path is the only output of a replica that reaches its status without being
     * requested.
     */
    static final int LONGEST_PATH = 256;

    private static final Pattern REFUSED =
            Pattern.compile("read-only file ?system|\\bEROFS\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern DIRECTORY =
            Pattern.compile("mkdir|creat\\w+ (the )?(new )?director", Pattern.CASE_INSENSITIVE);

    /** Ends at any quote: each character is then read for one opening quote only, and not for each before it. */
    private static final String QUOTED = "[\"'`‘“«](/[^\"'`‘’“”«»]+)[\"'`’”»]";
    /**
     * Doesn't start within a date, a URL or a relative path; a colon ends it, as in
     * {@code /x/y: Read-only file system}.
     */
    private static final String BARE = "(?:^|[^\\w.:/-])(/[^\\s\"'`’”»(),;:\\[\\]{}<>|*?$]+)";

    private static final Pattern PATH = Pattern.compile(QUOTED + "|" + BARE);
    /** Python, Node.js and Ruby put the path after the message; text before it may be the program's path. */
    private static final Pattern FOLLOWS =
            Pattern.compile("^(?: ?: ?|, \\w+ | @ \\S+ - )(?:" + QUOTED + "|(/[^\\s\"'(),;:]+))");

    /** The last refusal with a known path, or else the last refusal; empty if there is none. */
    public static Optional<WriteRefusal> in(String output) {
        var lines = output.split("\n");
        Optional<WriteRefusal> unnamed = Optional.empty();
        for (var i = lines.length - 1; i >= 0; i--) {
            var refused = REFUSED.matcher(lines[i]);
            if (last(refused)) {
                var path = path(lines[i].substring(0, refused.start()), lines[i].substring(refused.end()));
                if (path.isPresent()) {
                    return Optional.of(
                            new WriteRefusal(path, DIRECTORY.matcher(lines[i]).find()));
                }
                unnamed = Optional.of(new WriteRefusal(Optional.empty(), false));
            }
        }
        return unnamed;
    }

    /** The directory where a volume must be mounted. */
    public Optional<String> home() {
        return path.map(p -> {
            var parent = p.substring(0, p.lastIndexOf('/'));
            return directory || parent.isEmpty() ? p : parent;
        });
    }

    /**
     * @param before text of the line before the refusal
     * @param after text of the line after it
     */
    private static Optional<String> path(String before, String after) {
        var follows = FOLLOWS.matcher(after);
        var precedes = PATH.matcher(before);
        var somewhere = PATH.matcher(after);
        if (follows.find()) {
            return path(follows);
        }
        if (last(precedes)) {
            return path(precedes);
        }
        return somewhere.find() ? path(somewhere) : Optional.empty();
    }

    private static Optional<String> path(Matcher found) {
        return Optional.ofNullable(found.group(1))
                .or(() -> Optional.of(withoutDots(found.group(2))))
                .map(ContainerPath::normal)
                .filter(WriteRefusal::usable);
    }

    /** Removes the full stops of a sentence. */
    private static String withoutDots(String path) {
        var end = path.length();
        while (path.charAt(end - 1) == '.') { // ends at the leading slash
            end--;
        }
        return path.substring(0, end);
    }

    /** Moves to the last match. @return false if there is none */
    private static boolean last(Matcher matcher) {
        var start = -1;
        // the character before a path may be the last one of the previous match
        for (var from = 0; matcher.find(from); from = Math.max(start + 1, matcher.end() - 1)) {
            start = matcher.start();
        }
        return start >= 0 && matcher.find(start);
    }

    private static boolean usable(String path) {
        return path.length() > 1
                && Text.bytes(path) <= LONGEST_PATH
                && path.codePoints().noneMatch(c -> c == ':' || c == '\uFFFD' || Text.isHarmful(c));
    }
}
