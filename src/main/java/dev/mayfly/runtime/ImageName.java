package dev.mayfly.runtime;

import com.google.re2j.Pattern;

/**
 * Parses image references as users write them, {@code registry/repository:tag@digest} or an image ID, in the same way
 * as the Distribution specification and the engine (github.com/distribution/reference, normalize.go).
 *
 * <p>No library fits: docker-java's NameParser adds no {@code library/}, Jib's parser brings Google's HTTP and sign-in
 * clients, and Testcontainers' brings a test framework.
 */
public final class ImageName {
    private static final String HUB = "docker.io/";
    private static final String OFFICIAL = "library/";
    private static final String ALGORITHM = "sha256:";
    /** A full ID, with or without its algorithm, or the 12 digits that {@code docker images} shows. */
    private static final Pattern ID = Pattern.compile("(sha256:)?[a-f0-9]{64}|[a-f0-9]{12}");

    private ImageName() {}

    /** True if the reference is immutable: a digest or an image ID. */
    public static boolean fixed(String reference) {
        return reference.contains("@") || id(reference);
    }

    /**
     * True for an image ID, which names no registry. A Docker Hub repository whose name looks like an ID is written in
     * full: {@code docker.io/library/…}.
     */
    public static boolean id(String reference) {
        return ID.matcher(reference).matches();
    }

    /** True if the reference is that ID or a short form of it. */
    public static boolean id(String reference, String id) {
        return id(reference) && id.startsWith(reference.startsWith(ALGORITHM) ? reference : ALGORITHM + reference);
    }

    /** The reference without tag and digest, otherwise unchanged. */
    public static String repository(String reference) {
        var name = withoutDigest(reference);
        var colon = name.indexOf(':', name.lastIndexOf('/') + 1);
        return colon < 0 ? name : name.substring(0, colon);
    }

    /** Host and port of the registry, such as {@code docker.io}; empty for an image ID. */
    public static String registry(String reference) {
        var full = fullRepository(reference);
        return full.substring(0, Math.max(0, full.indexOf('/')));
    }

    /**
     * The reference with registry and tag: {@code busybox} becomes {@code docker.io/library/busybox:latest}; a digest
     * replaces the tag. An image ID is returned unchanged.
     */
    public static String full(String reference) {
        if (id(reference)) {
            return reference;
        }
        var at = reference.indexOf('@');
        return fullRepository(reference) + (at >= 0 ? reference.substring(at) : tag(reference));
    }

    /**
     * The repository with its registry, without tag and digest: {@code busybox} becomes
     * {@code docker.io/library/busybox}. Empty for an image ID.
     */
    public static String fullRepository(String reference) {
        if (id(reference)) {
            return "";
        }
        var repository = repository(reference);
        var slash = repository.indexOf('/');
        var first = slash < 0 ? "" : repository.substring(0, slash);
        if (!isHost(first)) {
            return HUB + official(repository);
        }
        return first.equals("docker.io") || first.equals("index.docker.io")
                ? HUB + official(repository.substring(slash + 1))
                : repository;
    }

    /**
     * The repository as the engine shows it, without tag and digest: {@code docker.io/library/busybox} becomes
     * {@code busybox}.
     */
    public static String familiar(String reference) {
        var full = fullRepository(reference);
        if (!full.startsWith(HUB)) {
            return full;
        }
        var path = full.substring(HUB.length());
        var name = path.startsWith(OFFICIAL) ? path.substring(OFFICIAL.length()) : path;
        return name.contains("/") ? path : name;
    }

    /**
     * Repository and tag as the engine shows them: {@code docker.io/library/busybox} becomes {@code busybox:latest}.
     */
    public static String tagged(String reference) {
        return familiar(reference) + tag(reference);
    }

    /** The reference that pulls exactly that content. */
    public static String at(String reference, String digest) {
        return repository(reference) + "@" + digest;
    }

    /** Like {@link #at} with the tag kept for readability; the engine uses only the digest. */
    public static String readable(String reference, String digest) {
        return withoutDigest(reference) + "@" + digest;
    }

    private static boolean isHost(String part) {
        return part.contains(".")
                || part.contains(":")
                || part.equals("localhost")
                || part.chars().anyMatch(Character::isUpperCase);
    }

    private static String official(String path) {
        return path.contains("/") ? path : OFFICIAL + path;
    }

    private static String tag(String reference) {
        var tag = withoutDigest(reference).substring(repository(reference).length());
        return tag.isEmpty() ? ":latest" : tag;
    }

    private static String withoutDigest(String reference) {
        var at = reference.indexOf('@');
        return at < 0 ? reference : reference.substring(0, at);
    }
}
