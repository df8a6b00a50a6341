package dev.mayfly.node.kubelet;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster's answers to who sent a request, and whether that user may. Calls may block; a failure to ask is thrown
 * unchecked, and the request is refused. Strangers may make as many calls as they like, with tokens that they guess: few of
 * these may reach the cluster at a time, and none of them may delay a call whose answer is known.
 */
public interface Reviews {

    /** The user of a bearer token; empty if the cluster does not know the token. */
    Optional<User> token(String bearer);

    /**
     * Whether the user may do so with this node.
     *
     * @param verb such as {@code get} or {@code create}
     * @param subresource of {@code nodes}, such as {@code proxy}, {@code metrics}, {@code stats}, {@code log}
     */
    boolean allowed(User user, String verb, String subresource);

    /**
     * Whether the user may do so with an address that is no resource.
     *
     * @param path such as {@code /metrics}
     */
    boolean allowedPath(User user, String verb, String path);

    /**
     * Who sent a request.
     *
     * @param name of a client certificate its common name
     * @param groups of a client certificate its organizations
     * @param uid empty if there is none
     * @param extra what the authenticator adds, as in a TokenReview
     */
    record User(String name, List<String> groups, String uid, Map<String, List<String>> extra) {
        public User {
            groups = List.copyOf(groups);
            extra = Map.copyOf(extra);
        }
    }
}
