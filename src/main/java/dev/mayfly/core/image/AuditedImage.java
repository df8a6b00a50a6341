package dev.mayfly.core.image;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The content of an image, as far as policy rules need it. For a given id, only the names can change.
 *
 * @param id content id, {@code sha256:…}
 * @param tags {@code repository:tag} in full, with registry, such as {@code docker.io/library/busybox:1.36}
 * @param digests {@code repository@sha256:…} in full, one for each repository the image was pulled from or pushed
 *     to
 * @param sizeBytes as the engine reports it
 * @param created build time; empty: the image has none, or has 1970 as reproducible images do
 * @param user the image's USER, as it is written there; empty: root
 * @param labels the image's own labels
 * @param volumes paths declared as VOLUME, normalized and absolute
 * @param setuid paths of at most 20 files with the setuid or setgid bit, each as the topmost layer that has it
 *     shows it
 * @param secrets where the image has something that looks like a secret, such as {@code env AWS_SECRET_ACCESS_KEY}
 *     or {@code history step 3}; never the value; at most 20
 * @param scans results of external scanners, by the scanner's name
 */
@RecordBuilder
public record AuditedImage(
        String id,
        List<String> tags,
        List<String> digests,
        long sizeBytes,
        Optional<Instant> created,
        String user,
        Map<String, String> labels,
        Set<String> volumes,
        List<String> setuid,
        List<String> secrets,
        Map<String, Scan> scans)
        implements AuditedImageBuilder.With {

    /**
     * The result of an external scanner.
     *
     * @param passed false: the image must not run
     * @param message the scanner's message, or why the scanner could not be run; at most 512 bytes
     */
    public record Scan(boolean passed, String message) {}
}
