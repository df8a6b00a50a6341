package dev.mayfly.runtime;

import com.google.re2j.Pattern;

/**
 * Image references as people write them, {@code registry/repository:tag@digest} or an image's id, and as the Distribution
 * specification and the engine read them (github.com/distribution/reference, normalize.go).
 *
 * <p>Our own code because no library fits: docker-java's NameParser adds no {@code library/}, Jib's parser comes with Google's
 * HTTP and sign-in clients, Testcontainers' with a test framework.
 */
public final class ImageName {
    private static final String HUB = "docker.io/";
    private static final String OFFICIAL = "library/";
    private static final String ALGORITHM = "sha256:";
    /** In full, with or without its algorithm, or the 12 digits that {@code docker images} shows. */
    private static final Pattern ID = Pattern.compile("(sha256:)?[a-f0-9]{64}|[a-f0-9]{12}");

    private ImageName() {}

    /** True where it names one content for good, by its digest or id. */
    public static boolean fixed(String reference) {
        return reference.contains("@") || id(reference);
    }

    /**
     * True for an image's id, which tells of no registry. A repository of the Docker Hub whose name looks like one is written in
     * full: {@code docker.io/library/…}.
     */
    public static boolean id(String reference) {
        return ID.matcher(reference).matches();
    }

    /** True where the reference is that id, or the beginning of it that people see. */
    public static boolean id(String reference, String id) {
        return id(reference) && id.startsWith(reference.startsWith(ALGORITHM) ? reference : ALGORITHM + reference);
    }

    /** Without tag and digest, as it was written. */
    public static String repository(String reference) {
        var name = withoutDigest(reference);
        var colon = name.indexOf(':', name.lastIndexOf('/') + 1);
        return colon < 0 ? name : name.substring(0, colon);
    }

    /** Host and port that it is pulled from, such as {@code docker.io}; empty for an id. */
    public static String registry(String reference) {
        var full = fullRepository(reference);
        return full.substring(0, Math.max(0, full.indexOf('/')));
    }

    /**
     * In full, with registry and tag: {@code busybox} is {@code docker.io/library/busybox:latest}; a digest takes the place of the
     * tag. An id stays as it is.
     */
    public static String full(String reference) {
        if (id(reference)) {
            return reference;
        }
        var at = reference.indexOf('@');
        return fullRepository(reference) + (at >= 0 ? reference.substring(at) : tag(reference));
    }

    /** Without tag and digest, with registry: {@code busybox} is {@code docker.io/library/busybox}. Empty for an id. */
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

    /** Without tag and digest, as the engine shows it: {@code docker.io/library/busybox} is {@code busybox}. */
    public static String familiar(String reference) {
        var full = fullRepository(reference);
        if (!full.startsWith(HUB)) {
            return full;
        }
        var path = full.substring(HUB.length());
        var name = path.startsWith(OFFICIAL) ? path.substring(OFFICIAL.length()) : path;
        return name.contains("/") ? path : name;
    }

    /** Repository and tag, as the engine shows them: {@code docker.io/library/busybox} is {@code busybox:latest}. */
    public static String tagged(String reference) {
        return familiar(reference) + tag(reference);
    }

    /** What to pull for that very content. */
    public static String at(String reference, String digest) {
        return repository(reference) + "@" + digest;
    }

    /** The same with the tag left in, for people to read: the engine goes by the digest alone. */
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
