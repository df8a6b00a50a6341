package dev.mayfly.e2e;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.e2e.AuditedCluster.Request;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A verb that a rule grants.
 *
 * @param namespace empty: all
 * @param name empty: any
 */
public record Permission(String verb, String group, String resource, String namespace, String name) {
    /** Whoever has an account may ask what it may do: the Java Operator SDK does, before it competes for its Lease. */
    private static final String OF_EVERYBODY = "selfsubjectrulesreviews";

    private static final int FORBIDDEN = 403;

    /**
     * The comparison of permissions with the requests of an audit log.
     *
     * @param missing requests that nothing allows
     * @param unused permissions by which no request was allowed
     */
    public record Comparison(Set<String> missing, Set<String> unused) {}

    boolean allows(Request request) {
        return verb.equals(request.verb())
                && group.equals(request.group())
                && resource.equals(request.resource())
                && (namespace.isEmpty() || namespace.equals(request.namespace()))
                && (name.isEmpty() || name.equals(request.name()));
    }

    @Override
    public String toString() {
        return Stream.of(verb + " " + (group.isEmpty() ? "" : group + "/") + resource, name, namespace)
                .filter(part -> !part.isEmpty())
                .reduce((one, other) -> one + " " + other)
                .orElseThrow();
    }

    /** All that the ClusterRoles and Roles among these objects grant. */
    public static List<Permission> grantedBy(Collection<? extends HasMetadata> objects) {
        var granted = new ArrayList<Permission>();
        for (var object : objects) {
            switch (object) {
                case ClusterRole everywhere -> add(everywhere.getRules(), "", granted);
                case Role role -> add(role.getRules(), role.getMetadata().getNamespace(), granted);
                default -> {}
            }
        }
        return granted;
    }

    private static void add(List<PolicyRule> rules, String namespace, List<Permission> granted) {
        for (var rule : rules) {
            var named = requireNonNullElse(rule.getResourceNames(), List.<String>of());
            for (var group : rule.getApiGroups()) {
                for (var resource : rule.getResources()) {
                    for (var verb : rule.getVerbs()) {
                        (named.isEmpty() ? List.of("") : named)
                                .forEach(name -> granted.add(new Permission(verb, group, resource, namespace, name)));
                    }
                }
            }
        }
    }

    /** Compares the permissions that one account was granted with the requests that it made. */
    public static Comparison compare(Collection<Permission> granted, List<Request> requests) {
        var unused = new TreeSet<>(granted.stream().map(Permission::toString).toList());
        var missing = new TreeSet<String>();
        requests.stream()
                .flatMap(request ->
                        request.isCreationByPatch() ? Stream.of(request, request.as("create")) : Stream.of(request))
                .forEach(request -> {
                    var by = granted.stream().filter(one -> one.allows(request)).toList();
                    by.forEach(one -> unused.remove(one.toString()));
                    if (by.isEmpty() && !request.resource().equals(OF_EVERYBODY) || request.code() == FORBIDDEN) {
                        missing.add(request.toString());
                    }
                });
        return new Comparison(missing, unused);
    }
}
