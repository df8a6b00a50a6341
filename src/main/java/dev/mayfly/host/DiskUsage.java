package dev.mayfly.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The disk space that a directory takes, measured with {@code du}: Java reports a file's length but not its blocks, so
 * a sparse file would count with its full length. {@code du} follows no link, counts hard links once, and continues if
 * a file vanishes.
 */
final class DiskUsage {
    private static final Logger LOG = Logger.getLogger(DiskUsage.class);

    private static final int TIMEOUT_SECONDS = 60;
    private static final int KIBIBYTE = 1024;

    private DiskUsage() {}

    /** @return bytes; empty if the directory does not exist or measuring it takes longer than a minute */
    static OptionalLong of(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return OptionalLong.empty();
        }
        try {
            var du = new ProcessBuilder("du", "-skx", directory.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return answer(du, directory);
            } finally {
                du.destroyForcibly();
            }
        } catch (IOException e) {
            LOG.warnf(
                    "%s can't be measured: %s. Install du, or give emptyDirs no sizeLimit.", directory, e.getMessage());
            return OptionalLong.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalLong.empty();
        }
    }

    private static OptionalLong answer(Process du, Path directory) throws IOException, InterruptedException {
        if (!du.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            LOG.warnf("%s could not be measured within %d s", directory, TIMEOUT_SECONDS);
            return OptionalLong.empty();
        }
        // One line fits into the pipe, so waiting before reading can't block. The exit code is ignored: it is not 0 if
        // a
        // file vanished.
        var answer = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var end = answer.indexOf('\t');
        return end < 0 ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(answer.substring(0, end)) * KIBIBYTE);
    }
}
