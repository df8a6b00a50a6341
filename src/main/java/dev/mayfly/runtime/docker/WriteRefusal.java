package dev.mayfly.runtime.docker;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What the output of a process tells of a write that a read-only file system refused. Pure; takes a path and nothing else.
 *
 * @param path absolute; empty where it can't be told
 * @param directory true where that path was to become a directory
 */
record WriteRefusal(Optional<String> path, boolean directory) {
    /** Longer ones are not taken: the path is the only output of a replica that reaches its status unasked. */
    static final int LONGEST_PATH = 256;

    private static final Pattern REFUSED =
            Pattern.compile("read-only file ?system|\\bEROFS\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern DIRECTORY =
            Pattern.compile("mkdir|creat\\w+ (the )?(new )?director", Pattern.CASE_INSENSITIVE);

    private static final String QUOTED = "[\"'`‘“«](/[^\"'`’”»]+)[\"'`’”»]";
    /** Not in the middle of a date, a URL or a relative path; a colon ends it, as in {@code /x/y: Read-only file system}. */
    private static final String BARE = "(?<![\\w.:/-])(/[^\\s\"'`’”»(),;:\\[\\]{}<>|*?$]+)";

    private static final Pattern PATH = Pattern.compile(QUOTED + "|" + BARE);
    /** As Python, Node.js and Ruby put it: the path follows, while what stands before may be the program's. */
    private static final Pattern FOLLOWS =
            Pattern.compile("^(?: ?: ?|, \\w+ | @ \\S+ - )(?:" + QUOTED + "|(/[^\\s\"'(),;:]+))");

    /** The last such refusal, of those whose path can be told if there is one. Empty: none. */
    static Optional<WriteRefusal> in(String output) {
        var lines = output.split("\n");
        Optional<WriteRefusal> untold = Optional.empty();
        for (var i = lines.length - 1; i >= 0; i--) {
            var refused = REFUSED.matcher(lines[i]).results().reduce((first, next) -> next);
            if (refused.isPresent()) {
                var path = path(lines[i], refused.get());
                if (path.isPresent()) {
                    return Optional.of(
                            new WriteRefusal(path, DIRECTORY.matcher(lines[i]).find()));
                }
                untold = Optional.of(new WriteRefusal(Optional.empty(), false));
            }
        }
        return untold;
    }

    /** The directory that a volume has to be mounted at. */
    Optional<String> home() {
        return path.map(p -> {
            var parent = p.substring(0, p.lastIndexOf('/'));
            return directory || parent.isEmpty() ? p : parent;
        });
    }

    private static Optional<String> path(String line, MatchResult refused) {
        var before = line.substring(0, refused.start());
        var after = line.substring(refused.end());
        return FOLLOWS.matcher(after)
                .results()
                .findFirst()
                .or(() -> PATH.matcher(before).results().reduce((first, next) -> next))
                .or(() -> PATH.matcher(after).results().findFirst())
                .map(match ->
                        match.group(1) != null ? match.group(1) : match.group(2).replaceAll("[.]+$", ""))
                .map(PathText::normal)
                .filter(WriteRefusal::usable);
    }

    private static boolean usable(String path) {
        return path.length() > 1
                && path.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH
                && path.codePoints().noneMatch(c -> c == ':' || c == '\uFFFD' || PathText.harmful(c));
    }
}
