package dev.mayfly.core.image;

/**
 * A login that a registry requires.
 *
 * @param registry scope of the login, as the Secret writes it: {@code registry.example.com}, {@code
 *     host:port/path}, with {@code *} for one part of the host name; see
 *     https://kubernetes.io/docs/concepts/containers/images/#config-json
 * @param username empty if a token is given
 * @param password never shown
 * @param token identity token, used instead of user name and password; empty: none; never shown
 * @param fingerprint keyed hash: equal for equal credentials, and reveals nothing about them
 */
public record Credential(String registry, String username, String password, String token, String fingerprint) {

    /** Omits password and token. */
    @Override
    public String toString() {
        return username + " at " + registry;
    }
}
