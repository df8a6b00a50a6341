package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.exception.DockerException;
import com.google.re2j.Pattern;
import dev.mayfly.core.model.Text;

/** Extracts the engine's message from the protocol around it. */
public final class EngineWords {
    /** docker-java wraps the message in {@code Status 404: {"message":"…"}}. It may be cut off. */
    private static final Pattern MESSAGE = Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)");

    /** Java prefixes a message with the class of its cause. */
    private static final Pattern FRAME = Pattern.compile("^(?:Status \\d+|(?:\\w+\\.)+[A-Z]\\w*(?:Exception|Error)): ");

    /**
     * A registry's URL may grant access to everyone who knows it: through a signature after the ?, or a password before
     * the @.
     */
    private static final Pattern QUERY = Pattern.compile("(https?://[^\\s\"?]+)\\?[^\\s\"]+");

    private static final Pattern USER = Pattern.compile("(https?://)[^\\s\"/@]+@");

    private static final int LONGEST = 500;
    /** How much of a message is read, in characters: a registry's answer may be in it. */
    static final int MOST_READ = 16 << 10;

    private EngineWords() {}

    public static String of(Throwable failure) {
        var text = Text.atMost(String.valueOf(failure.getMessage()), MOST_READ);
        var quoted = MESSAGE.matcher(text);
        var words = failure instanceof DockerException && quoted.find()
                ? quoted.group(1).replace("\\n", " ").replace("\\\"", "\"")
                : FRAME.matcher(text).replaceFirst("");
        return said(words);
    }

    /** Cleans a message from a stream, which has no protocol around it. */
    public static String said(String words) {
        var read = Text.atMost(words, MOST_READ);
        var safe = USER.matcher(QUERY.matcher(read).replaceAll("$1?…")).replaceAll("$1…@");
        return Text.shortened(safe.strip(), LONGEST);
    }
}
