package dev.mayfly.testing;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The ServiceAccount of {@code deploy/operator}: operators of tests have its rights and no more, so that a missing one is a
 * test that fails.
 */
public final class OperatorAccount {
    /** As authorizers and the audit log name it. */
    public static final String USER = "system:serviceaccount:mayfly-system:mayfly";

    private static final String NAMESPACE = "mayfly-system";
    private static final String NAME = "mayfly";
    /** Longer than any test. */
    private static final Duration VALIDITY = Duration.ofHours(24);

    private OperatorAccount() {}

    /**
     * Applies its permissions, and those for an installation's own Lease and record of images, which the manifests grant by
     * name.
     *
     * @param administrator content of a kubeconfig file
     * @return content of a kubeconfig file with the account's token
     */
    public static String kubeconfig(KubernetesClient client, String administrator, String installation) {
        Manifests.apply(client, Path.of("deploy/operator"));
        grantNames(client, installation);
        return kubeconfig(client, administrator, NAMESPACE, NAME);
    }

    /**
     * With the token of any ServiceAccount.
     *
     * @param administrator content of a kubeconfig file
     * @return content of a kubeconfig file
     */
    public static String kubeconfig(KubernetesClient client, String administrator, String namespace, String name) {
        var token = client.serviceAccounts()
                .inNamespace(namespace)
                .withName(name)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(VALIDITY.toSeconds())
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        var config = client.getKubernetesSerialization().unmarshal(administrator, Config.class);
        var account = new AuthInfo();
        account.setToken(token);
        config.getUsers().forEach(user -> user.setUser(account));
        return client.getKubernetesSerialization().asYaml(config);
    }

    private static void grantNames(KubernetesClient client, String installation) {
        var role = client.rbac().roles().inNamespace(NAMESPACE).withName(NAME).get();
        role.getRules().forEach(rule -> rename(rule, installation));
        client.resource(new RoleBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(installation)
                        .endMetadata()
                        .withRules(role.getRules())
                        .build())
                .forceConflicts()
                .serverSideApply();
        client.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(installation)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", installation)
                        .addNewSubject("", "ServiceAccount", NAME, NAMESPACE)
                        .build())
                .forceConflicts()
                .serverSideApply();
    }

    private static void rename(PolicyRule rule, String installation) {
        rule.setResourceNames(
                rule.getResourceNames() == null
                        ? List.of()
                        : rule.getResourceNames().stream()
                                .map(name -> installation + name.substring(NAME.length()))
                                .toList());
    }
}
