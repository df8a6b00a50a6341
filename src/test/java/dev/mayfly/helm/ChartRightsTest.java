package dev.mayfly.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mayfly.scenario.GrantedRole;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator's rights, as the chart's values leave them. */
class ChartRightsTest {
    private static final String RELEASE = "mayfly-system";
    private static final String NAME = "mayfly." + RELEASE + ".mayfly";
    private static final String PODS_ONLY = "runtimes.docker=false,runtimes.pods=true";
    private static final String WATCHED = ",watchNamespaces={shop,billing}";

    @Test
    void withoutDockerNothingOfTheVirtualNodeIsGranted() {
        var objects = Helm.templateWith(RELEASE, PODS_ONLY);

        assertThat(resources(clusterRole(objects)))
                .contains("pods", "pods/exec", "tokenreviews", "subjectaccessreviews")
                .doesNotContain(
                        "nodes",
                        "nodes/status",
                        "pods/status",
                        "services",
                        "persistentvolumes",
                        "storageclasses",
                        "certificatesigningrequests",
                        "certificatesigningrequests/approval",
                        "signers");
        assertThat(roles(objects))
                .extracting(role -> role.getMetadata().getNamespace())
                .containsExactly(RELEASE);
        assertThat(roles(objects))
                .flatExtracting(Role::getRules)
                .flatExtracting(PolicyRule::getResources)
                .as("no record of images on an engine")
                .containsOnly("leases");
    }

    @Test
    void withoutDockerOnlyWhatADeletedNamespaceWaitsForIsClusterWide() {
        var everywhere = clusterRole(Helm.templateWith(RELEASE, PODS_ONLY + WATCHED));

        assertThat(verbs(everywhere, "pods")).containsExactlyInAnyOrder("get", "list", "watch");
        assertThat(verbs(everywhere, "persistentvolumeclaims")).containsExactlyInAnyOrder("get", "list", "patch");
        assertThat(verbs(everywhere, "ephemeraltasks")).containsExactlyInAnyOrder("get", "list", "watch", "patch");
        assertThat(resources(everywhere))
                .containsExactlyInAnyOrder(
                        "ephemeralworkloads",
                        "ephemeralworkloads/status",
                        "ephemeraltasks",
                        "ephemeraltasks/status",
                        "persistentvolumeclaims",
                        "pods",
                        "imagepolicies",
                        "imagepolicies/status",
                        "namespaces",
                        "customresourcedefinitions",
                        "tokenreviews",
                        "subjectaccessreviews");
    }

    @Test
    void besideAnEngineWhatTheVirtualNodeSeesIsClusterWide() {
        var everywhere = clusterRole(Helm.templateWith(RELEASE, "runtimes.pods=true" + WATCHED));

        assertThat(verbs(everywhere, "pods")).containsExactlyInAnyOrder("get", "list", "watch", "delete");
        assertThat(verbs(everywhere, "pods/status")).containsExactly("patch");
        assertThat(verbs(everywhere, "services")).containsExactlyInAnyOrder("list", "watch");
        assertThat(resources(everywhere))
                .doesNotContain("pods/exec", "secrets", "configmaps", "events", "controllerrevisions");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"runtimes.pods=true", PODS_ONLY, "activator.enabled=true", PODS_ONLY + ",activator.enabled=true"
            })
    void eachWatchedNamespaceHasWhatItNeedsAndNoMoreThanAll(String values) {
        var all = granted(clusterRole(Helm.templateWith(RELEASE, values)).getRules());
        var objects = Helm.templateWith(RELEASE, values + WATCHED);
        var everywhere = granted(clusterRole(objects).getRules());

        for (var namespace : List.of("shop", "billing")) {
            var role = roles(objects).stream()
                    .filter(one -> one.getMetadata().getNamespace().equals(namespace))
                    .findFirst()
                    .orElseThrow();
            var there = new TreeSet<>(granted(role.getRules()));

            assertThat(there).isNotEmpty().doesNotContainAnyElementsOf(everywhere);
            there.addAll(everywhere);
            assertThat(there).isEqualTo(all);
            assertThat(objects)
                    .filteredOn(RoleBinding.class::isInstance)
                    .map(RoleBinding.class::cast)
                    .filteredOn(binding -> binding.getMetadata().getNamespace().equals(namespace))
                    .singleElement()
                    .satisfies(binding -> {
                        assertThat(binding.getRoleRef().getName())
                                .isEqualTo(role.getMetadata().getName());
                        assertThat(binding.getSubjects())
                                .singleElement()
                                .returns(RELEASE, subject -> subject.getNamespace())
                                .returns("mayfly", subject -> subject.getName());
                    });
        }
    }

    static Stream<Arguments> grantedByTests() {
        return Stream.of(
                arguments("runtimes.pods=true", GrantedRole.PODS),
                arguments("activator.enabled=true", GrantedRole.ACTIVATOR));
    }

    /** Operators of tests have the rights of {@code deploy/operator} and these. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("grantedByTests")
    void anOptionAddsWhatTestsGrantForIt(String option, List<PolicyRule> rules) {
        var before = Helm.templateWith(RELEASE, "runtimes.docker=true");
        var with = Helm.templateWith(RELEASE, option);
        var added = new TreeSet<>(granted(clusterRole(with).getRules()));
        added.removeAll(granted(clusterRole(before).getRules()));

        assertThat(added).isEqualTo(granted(rules));
        assertThat(roles(with)).isEqualTo(roles(before));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Refuse", "Delete"})
    void theHookOfAnUninstallReadsTheWatchedNamespacesAlone(String fate) {
        var rendered = Helm.run(
                "template",
                "mayfly",
                "helm/mayfly",
                "--kube-version=1.34.4",
                "--set=watchNamespaces={shop},uninstall.workloads=" + fate,
                "--show-only=templates/uninstall.yaml");
        assertThat(rendered.exitCode()).as(rendered.text()).isZero();
        var objects = Helm.objects(rendered.text());

        assertThat(objects)
                .filteredOn(ClusterRole.class::isInstance)
                .flatExtracting(role -> ((ClusterRole) role).getRules())
                .flatExtracting(PolicyRule::getResources)
                .doesNotContain("ephemeralworkloads");
        assertThat(roles(objects))
                .singleElement()
                .returns("shop", role -> role.getMetadata().getNamespace());
    }

    private static ClusterRole clusterRole(List<HasMetadata> objects) {
        return objects.stream()
                .filter(ClusterRole.class::isInstance)
                .map(ClusterRole.class::cast)
                .filter(role -> role.getMetadata().getName().equals(NAME))
                .findFirst()
                .orElseThrow();
    }

    private static List<Role> roles(List<HasMetadata> objects) {
        return objects.stream()
                .filter(Role.class::isInstance)
                .map(Role.class::cast)
                .toList();
    }

    private static Set<String> resources(ClusterRole role) {
        return role.getRules().stream()
                .flatMap(rule -> rule.getResources().stream())
                .collect(Collectors.toSet());
    }

    private static Set<String> verbs(ClusterRole role, String resource) {
        return role.getRules().stream()
                .filter(rule -> rule.getResources().contains(resource))
                .flatMap(rule -> rule.getVerbs().stream())
                .collect(Collectors.toSet());
    }

    /** Each verb on each resource. */
    private static Set<String> granted(List<PolicyRule> rules) {
        return rules.stream()
                .flatMap(rule -> rule.getResources().stream().flatMap(resource -> granted(rule, resource)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> granted(PolicyRule rule, String resource) {
        return rule.getVerbs().stream().map(verb -> verb + " " + resource + " " + rule.getApiGroups());
    }
}
