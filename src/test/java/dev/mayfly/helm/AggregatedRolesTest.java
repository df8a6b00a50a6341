package dev.mayfly.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rights of the roles that the cluster's view, edit and admin take in, checked on a real API server. */
@Tag("cluster")
class AggregatedRolesTest {
    private static final Path MANIFESTS = Path.of("deploy/operator/rbac.yaml");
    private static final String AGGREGATED = "rbac.authorization.k8s.io/aggregate-to-";

    private static String namespace;

    @BeforeAll
    static void bindThem() throws IOException {
        namespace = Cluster.namespace("roles");
        for (var object : Helm.objects(Files.readString(MANIFESTS))) {
            if (object.getMetadata().getName().matches("mayfly-(view|edit)")) {
                Cluster.client().resource(object).forceConflicts().serverSideApply();
            }
        }
        bind("viewer", "mayfly-view");
        bind("editor", "mayfly-view");
        bind("editor", "mayfly-edit");
        await("the API server knows them")
                .until(() -> isAllowed("viewer", "get", "ephemeralworkloads")
                        && isAllowed("editor", "create", "ephemeralworkloads"));
    }

    private static void bind(String user, String role) {
        Cluster.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(user + "-" + role)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                        .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                        .build())
                .create();
    }

    @ParameterizedTest(name = "{0}: {1} {2} is {3}")
    @CsvSource({
        "viewer, get, ephemeralworkloads, true",
        "viewer, watch, ephemeraltasks, true",
        "viewer, get, ephemeralworkloads/status, true",
        "viewer, create, ephemeralworkloads, false",
        "viewer, patch, ephemeralworkloads/scale, false",
        "editor, list, ephemeralworkloads, true",
        "editor, create, ephemeralworkloads, true",
        "editor, deletecollection, ephemeraltasks, true",
        "editor, patch, ephemeralworkloads/scale, true",
        "editor, patch, ephemeralworkloads/status, false",
        "editor, update, ephemeraltasks/status, false",
        "editor, create, imagepolicies, false",
        "editor, delete, imagepolicies, false"
    })
    void eachMayDoItsPart(String user, String verb, String resource, boolean allowed) {
        assertThat(isAllowed(user, verb, resource)).isEqualTo(allowed);
    }

    static Stream<List<HasMetadata>> roles() throws IOException {
        return Stream.of(Helm.objects(Files.readString(MANIFESTS)), Helm.template());
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("roles")
    void theClustersRolesTakeThemIn(List<HasMetadata> roles) {
        assertThat(takenInBy(roles, "mayfly-view")).containsExactlyInAnyOrder("view", "edit", "admin");
        assertThat(takenInBy(roles, "mayfly-edit")).containsExactlyInAnyOrder("edit", "admin");
    }

    /** The cluster's roles that aggregate the one whose name ends so. */
    private static List<String> takenInBy(List<HasMetadata> roles, String name) {
        return roles.stream()
                .filter(role -> role.getMetadata().getName().endsWith(name))
                .flatMap(role -> role.getMetadata().getLabels().entrySet().stream())
                .filter(label -> label.getKey().startsWith(AGGREGATED)
                        && label.getValue().equals("true"))
                .map(label -> label.getKey().substring(AGGREGATED.length()))
                .toList();
    }

    private static boolean isAllowed(String user, String verb, String resource) {
        var parts = resource.split("/");
        var review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user)
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup("mayfly.dev")
                .withResource(parts[0])
                .withSubresource(parts.length > 1 ? parts[1] : null)
                .withNamespace(namespace)
                .endResourceAttributes()
                .endSpec()
                .build();

        return Cluster.client().resource(review).create().getStatus().getAllowed();
    }
}
