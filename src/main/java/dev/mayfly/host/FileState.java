package dev.mayfly.host;

import java.time.Instant;

/**
 * The attributes that show whether a file made by the engine was written to.
 *
 * @param changed last change of content or attributes
 * @param born time of creation; {@link Instant#EPOCH} if the file system does not record it
 * @param content a digest of the content
 */
public record FileState(Instant changed, Instant born, String content) {}
