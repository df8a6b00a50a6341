package dev.mayfly.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is in an image, as far as rules may ask. It belongs to an id for good, except its names.
 *
 * @param id its content id, {@code sha256:…}
 * @param tags {@code repository:tag} in full, with registry, such as {@code docker.io/library/busybox:1.36}
 * @param digests {@code repository@sha256:…} in full, one for each repository it was pulled from or pushed to
 * @param sizeBytes as the engine counts it
 * @param created when it was made; empty: it does not say, or says 1970 as reproducible images do
 * @param user as the image has it, empty for root
 * @param labels its own
 * @param volumes paths that it declares as VOLUME, normal and absolute
 * @param setuid paths of files with the setuid or setgid bit that its last layer to have them shows; at most 20, then cut
 * @param secrets where something that looks like a secret stands, such as {@code env AWS_SECRET_ACCESS_KEY} or {@code history
 *     step 3}: never its value; at most 20
 * @param scans what scanners of others said, by the scanner's name
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
     * What a scanner of others said.
     *
     * @param passed false: the image must not run
     * @param message in its words, or why it could not be asked; at most 512 bytes
     */
    public record Scan(boolean passed, String message) {}
}
