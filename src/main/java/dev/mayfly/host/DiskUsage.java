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
 * What a directory takes on its disk. Asked of {@code du}, because Java tells a file's length and not its blocks: a sparse file
 * would count for what it could become. It follows no link, counts hard links once, and goes on where a file vanishes.
 */
final class DiskUsage {
    private static final Logger LOG = Logger.getLogger(DiskUsage.class);

    private static final int PATIENCE_SECONDS = 60;
    private static final int KIBIBYTE = 1024;

    private DiskUsage() {}

    /** @return bytes; empty where the directory is not there, or it takes a minute to look at */
    static OptionalLong of(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return OptionalLong.empty();
        }
        try {
            var du = new ProcessBuilder("du", "-skx", directory.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!du.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                du.destroyForcibly();
                LOG.warnf("%s could not be measured within %d s", directory, PATIENCE_SECONDS);
                return OptionalLong.empty();
            }
            // One line fits the pipe, so waiting before reading can't block. The exit code tells only that a file
            // vanished.
            var answer = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            var end = answer.indexOf('\t');
            return end < 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(answer.substring(0, end)) * KIBIBYTE);
        } catch (IOException e) {
            LOG.warnf(
                    "%s can't be measured: %s. Install du, or give emptyDirs no sizeLimit.", directory, e.getMessage());
            return OptionalLong.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalLong.empty();
        }
    }
}
