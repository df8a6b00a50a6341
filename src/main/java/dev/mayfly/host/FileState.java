package dev.mayfly.host;

import java.time.Instant;

/**
 * What tells whether a file of the engine's was written.
 *
 * @param changed when content or attributes changed last
 * @param born when it was made; {@link Instant#EPOCH} where the file system does not tell
 * @param content a digest: equal only where the contents are
 */
public record FileState(Instant changed, Instant born, String content) {}
