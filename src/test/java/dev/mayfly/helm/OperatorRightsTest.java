package dev.mayfly.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
        "get, '', secrets, shop",
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
        "create, coordination.k8s.io, leases, mayfly-system",
        "create, '', nodes, ''",
        "patch, '', nodes/status, ''",
        "update, coordination.k8s.io, leases, kube-node-lease",
        "create, '', pods, shop",
        "patch, '', pods/status, shop",
        "watch, '', services, shop",
        "create, certificates.k8s.io, certificatesigningrequests, ''",
        "update, certificates.k8s.io, certificatesigningrequests/approval, ''",
        "create, authentication.k8s.io, tokenreviews, ''",
        "create, authorization.k8s.io, subjectaccessreviews, ''"
    })
    void neededRightsAreGranted(String verb, String group, String resource, String namespace) {
        await().until(() -> allowed(verb, group, resource, namespace));
    }

    @ParameterizedTest(name = "may not {0} {2} in {3}")
    @CsvSource({
        "list, '', secrets, shop",
        "watch, '', secrets, shop",
        "update, '', secrets, shop",
        "patch, '', configmaps, shop",
        "delete, '', secrets, shop",
        "patch, '', pods, shop",
        "create, '', pods/exec, shop",
        "create, '', pods/eviction, shop",
        "patch, '', services, shop",
        "update, '', nodes, ''",
        "get, '', nodes/proxy, ''",
        "list, certificates.k8s.io, certificatesigningrequests, ''",
        "delete, coordination.k8s.io, leases, kube-node-lease",
        "update, '', persistentvolumeclaims, shop",
        "delete, '', persistentvolumeclaims, shop",
        "patch, '', persistentvolumes, ''",
        "list, '', namespaces, ''",
        "create, mayfly.dev, ephemeralworkloads, shop",
        "update, mayfly.dev, ephemeralworkloads, shop",
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
        await().until(() -> mayGetCrd("ephemeralworkloads.mayfly.dev"));
        await().until(() -> mayGetCrd("ephemeraltasks.mayfly.dev"));
        assertThat(mayGetCrd("others.example.org")).isFalse();
    }

    @Test
    void itMayApproveServingCertificatesOnly() {
        await().until(() -> mayApprove("kubernetes.io/kubelet-serving"));
        assertThat(mayApprove("kubernetes.io/kube-apiserver-client")).isFalse();
        assertThat(mayApprove("kubernetes.io/kube-apiserver-client-kubelet")).isFalse();
    }

    private static boolean mayApprove(String signer) {
        return allowed("approve", "certificates.k8s.io", "signers", signer, "");
    }

    @Test
    void itMayChangeOnlyItsImageRecordsConfigMap() {
        await().until(() -> mayUpdate("mayfly-images", "mayfly-system"));
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
