package dev.mayfly.model;

/**
 * What a registry asks for before it gives an image.
 *
 * @param registry where it counts, as the Secret writes it: {@code registry.example.com}, {@code host:port/path}, with {@code *}
 *     for one part of the host's name; see https://kubernetes.io/docs/concepts/containers/images/#config-json
 * @param username empty where a token is given
 * @param password never shown
 * @param token an identity token, in place of name and password; empty: none; never shown
 * @param fingerprint the same for equal credentials, and tells nothing of them: a keyed hash
 */
public record Credential(String registry, String username, String password, String token, String fingerprint) {

    /** Without password and token. */
    @Override
    public String toString() {
        return username + " at " + registry;
    }
}
