package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.exception.DockerException;
import java.util.regex.Pattern;

/** What the engine said, without the protocol around it. */
final class EngineWords {
    /** docker-java puts {@code Status 404: {"message":"…"}} around the words. */
    private static final Pattern MESSAGE = Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Pattern STATUS = Pattern.compile("^Status \\d+: ");

    private static final int LONGEST = 500;

    private EngineWords() {}

    static String of(Throwable failure) {
        var text = String.valueOf(failure.getMessage());
        var quoted = MESSAGE.matcher(text);
        var words = failure instanceof DockerException && quoted.find()
                ? quoted.group(1).replace("\\n", " ").replace("\\\"", "\"")
                : STATUS.matcher(text).replaceFirst("");
        return words.length() > LONGEST ? words.substring(0, LONGEST) + "…" : words.strip();
    }
}
