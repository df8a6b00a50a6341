package dev.mayfly.helm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rights of the operator's account with {@code deploy/operator}, checked on a real API server. */
@Tag("cluster")
class OperatorRightsTest {

    @BeforeAll
    static void applyThePlainManifests() throws IOException {
        for (var file : new String[] {"namespace.yaml", "rbac.yaml"}) {
            for (var object : Helm.objects(Files.readString(Path.of("deploy/operator", file)))) {
                Cluster.client().resource(object).forceConflicts().serverSideApply();
            }
        }
    }

    @ParameterizedTest(name = "may {0} {2} in {3}")
    @CsvSource({
        "watch, mayfly.dev, ephemeralworkloads, shop",
        "patch, mayfly.dev, ephemeralworkloads, shop",
        "patch, mayfly.dev, ephemeralworkloads/status, shop",
        "watch, mayfly.dev, ephemeraltasks, shop",
        "patch, mayfly.dev, ephemeraltasks, shop",
        "delete, mayfly.dev, ephemeraltasks, shop",
        "patch, mayfly.dev, ephemeraltasks/status, shop",
        "watch, mayfly.dev, imagepolicies, ''",
        "patch, mayfly.dev, imagepolicies/status, ''",
        "create, apps, controllerrevisions, shop",
        "patch, apps, controllerrevisions, shop",
        "watch, '', secrets, shop",
        "create, '', configmaps, shop",
        "create, '', secrets, mayfly-system",
        "create, '', events, shop",
        "patch, '', events, mayfly-system",
        "get, '', namespaces, ''",
        "watch, '', persistentvolumeclaims, shop",
        "patch, '', persistentvolumeclaims, shop",
        "get, '', persistentvolumes, ''",
        "get, storage.k8s.io, storageclasses, ''",
        "list, '', nodes, ''",
        "create, coordination.k8s.io, leases, mayfly-system"
    })
    void neededRightsAreGranted(String verb, String group, String resource, String namespace) {
        assertThat(allowed(verb, group, resource, namespace)).isTrue();
    }

    @ParameterizedTest(name = "may not {0} {2} in {3}")
    @CsvSource({
        "update, '', secrets, shop",
        "patch, '', configmaps, shop",
        "delete, '', secrets, shop",
        "create, '', pods, mayfly-system",
        "update, '', persistentvolumeclaims, shop",
        "delete, '', persistentvolumeclaims, shop",
        "patch, '', persistentvolumes, ''",
        "patch, '', nodes, ''",
        "list, '', namespaces, ''",
        "create, mayfly.dev, ephemeralworkloads, shop",
        "delete, mayfly.dev, ephemeralworkloads, shop",
        "create, mayfly.dev, ephemeraltasks, shop",
        "deletecollection, mayfly.dev, ephemeraltasks, shop",
        "update, mayfly.dev, ephemeraltasks/status, shop",
        "create, mayfly.dev, imagepolicies, ''",
        "patch, mayfly.dev, imagepolicies, ''",
        "delete, mayfly.dev, imagepolicies, ''",
        "update, apiextensions.k8s.io, customresourcedefinitions, ''",
        "update, mayfly.dev, ephemeralworkloads/status, shop",
        "update, mayfly.dev, ephemeralworkloads/finalizers, shop",
        "create, events.k8s.io, events, shop",
        "get, '', events, shop",
        "list, apiextensions.k8s.io, customresourcedefinitions, ''",
        "create, coordination.k8s.io, leases, shop",
        "delete, coordination.k8s.io, leases, mayfly-system"
    })
    void otherRightsAreNotGranted(String verb, String group, String resource, String namespace) {
        assertThat(allowed(verb, group, resource, namespace)).isFalse();
    }

    @Test
    void itMayReadOnlyItsOwnCrds() {
        assertThat(mayGetCrd("ephemeralworkloads.mayfly.dev")).isTrue();
        assertThat(mayGetCrd("ephemeraltasks.mayfly.dev")).isTrue();
        assertThat(mayGetCrd("others.example.org")).isFalse();
    }

    @Test
    void itMayChangeOnlyItsImageRecordsConfigMap() {
        assertThat(mayUpdate("mayfly-images", "mayfly-system")).isTrue();
        assertThat(mayUpdate("mayfly-images", "shop")).isFalse();
        assertThat(mayUpdate("others", "mayfly-system")).isFalse();
        assertThat(allowed("delete", "", "configmaps", "mayfly-images", "mayfly-system"))
                .isFalse();
    }

    private static boolean mayUpdate(String configMap, String namespace) {
        return allowed("update", "", "configmaps", configMap, namespace);
    }

    private static boolean mayGetCrd(String name) {
        return allowed("get", "apiextensions.k8s.io", "customresourcedefinitions", name, "");
    }

    private static boolean allowed(String verb, String group, String resource, String namespace) {
        return allowed(verb, group, resource, null, namespace);
    }

    private static boolean allowed(String verb, String group, String resource, String name, String namespace) {
        var parts = resource.split("/");
        var review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("system:serviceaccount:mayfly-system:mayfly")
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(group)
                .withResource(parts[0])
                .withSubresource(parts.length > 1 ? parts[1] : null)
                .withName(name)
                .withNamespace(namespace)
                .endResourceAttributes()
                .endSpec()
                .build();
        return Cluster.client().resource(review).create().getStatus().getAllowed();
    }
}
