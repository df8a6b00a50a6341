package dev.mayfly.scenario;

import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Lane;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/** A ClusterRole that a ServiceAccount has until it is closed. */
public final class GrantedRole implements AutoCloseable {
    /** That the chart grants the operator with {@code runtimes.pods}, besides the others. */
    public static final List<PolicyRule> PODS =
            List.of(rule("", "pods", "patch"), rule("", "pods/exec", "get", "create"));

    /** That the chart grants the operator with {@code activator.enabled}, besides the others. */
    public static final List<PolicyRule> ACTIVATOR =
            List.of(rule("discovery.k8s.io", "endpointslices", "list", "watch", "create", "update", "delete"));

    private final KubernetesClient client = Cluster.client();
    private final String name;

    /** @param name of the role and its binding */
    public GrantedRole(String name, String namespace, String account, PolicyRule... rules) {
        this.name = name;
        client.resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withRules(List.of(rules))
                        .build())
                .serverSideApply();
        client.resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                        .addNewSubject("", "ServiceAccount", account, namespace)
                        .build())
                .serverSideApply();
    }

    /** The operator's {@link #PODS}. */
    public static GrantedRole ofPods() {
        return operators("pods", PODS);
    }

    /** The operator's {@link #ACTIVATOR}. */
    public static GrantedRole ofActivator() {
        return operators("activator", ACTIVATOR);
    }

    private static GrantedRole operators(String what, List<PolicyRule> rules) {
        return new GrantedRole(
                "mayfly-" + what + "-" + Lane.mark(), "mayfly-system", "mayfly", rules.toArray(PolicyRule[]::new));
    }

    private static PolicyRule rule(String group, String resource, String... verbs) {
        return new PolicyRuleBuilder()
                .withApiGroups(group)
                .withResources(resource)
                .withVerbs(verbs)
                .build();
    }

    @Override
    public void close() {
        client.rbac().clusterRoleBindings().withName(name).delete();
        client.rbac().clusterRoles().withName(name).delete();
    }
}
