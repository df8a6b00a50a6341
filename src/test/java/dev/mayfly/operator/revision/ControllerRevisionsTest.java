package dev.mayfly.operator.revision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.core.model.Volume;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.cluster.WatchedObject.NotReadYet;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.content.ContentCopies;
import dev.mayfly.operator.content.ContentHash;
import dev.mayfly.operator.content.ContentReferences;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.operator.revision.RevisionHistory.Revision;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a real API server. A new {@link Revisions} stands for a restarted operator. */
@Tag("cluster")
class ControllerRevisionsTest {
    private static final String FILES =
            "volumes: [{name: c, configMap: {name: %s}}], volumeMounts: [{name: c, mountPath: /c}]";

    private final KubernetesClient client = Cluster.client();
    private final String namespace = Cluster.namespace("revisions");
    private final String uid = owner();
    private final SpecReader specs = new SpecReader(Configs.of(Map.of("mayfly.runtime.pods-allowed", "true")));
    private final ContentHash.Key key = new ContentHash.Key(client, Configs.of(Map.of("mayfly.namespace", namespace)));
    private final List<AutoCloseable> open = new ArrayList<>();
    private Revisions revisions = started();

    @AfterEach
    void close() throws Exception {
        for (var closeable : open) {
            closeable.close();
        }
    }

    @Test
    void aRevisionOfAnOlderOperatorKeepsItsName() {
        var name = complete("image: a").revision();
        var stored = awaitStored(1).getFirst();
        client.resource(renamed(stored, name, "0ld0000000")).create();
        client.resource(stored).delete();

        revisions = started();
        assertThat(complete("image: a, imagePullPolicy: Always").revision()).isEqualTo("0ld0000000");
        assertThat(complete("image: b").revision()).isNotIn(name, "0ld0000000");
        awaitStored(2);
    }

    @Test
    void theImageIsStoredOnTheRevisionAndReadBack() {
        var stored =
                new Revision("by-hand", 7, "", Optional.empty(), Optional.of(new ImagePin("sha256:i", "sha256:d")));
        var template = specs.read(workload("image: a"), Content.UNREAD).template();
        var store = store();
        store.create(workload("image: a"), stored.withPin(Optional.empty()), true, Content.UNREAD, () -> true);
        store.update(workload("image: a"), stored, () -> true);

        await().untilAsserted(() -> assertThat(store.load(workload("image: a")))
                .singleElement()
                .returns(stored.pin(), Revision::pin)
                .returns(7L, Revision::number)
                .returns(Optional.of(template), Revision::template));
        assertThat(awaitStored(1).getFirst().getMetadata().getAnnotations())
                .containsEntry("mayfly.dev/image-id", "sha256:i")
                .containsEntry("mayfly.dev/image-digest", "sha256:d");
        assertThat(awaitStored(1).getFirst().getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/instance", "web")
                .containsEntry("app.kubernetes.io/managed-by", "mayfly");
    }

    /** A user who may create ControllerRevisions can create such. */
    @Test
    void oneWithoutAReadableSpecIsListedAndNotUsed() {
        complete("image: a");
        var stored = awaitStored(1).getFirst();
        client.resource(strange(stored, "strange0", Map.of("spec", "text"))).create();
        client.resource(strange(stored, "strange1", Map.of("other", 1))).create();

        assertThat(store().load(workload("image: a")))
                .filteredOn(revision -> revision.name().startsWith("strange"))
                .hasSize(2)
                .allSatisfy(revision -> assertThat(revision.template()).isEmpty());
    }

    /** Kubernetes 1.34 refuses such; what an earlier version accepted is still stored. */
    @Test
    void dataThatIsNoObjectIsRefused() {
        complete("image: a");
        var stored = awaitStored(1).getFirst();
        for (var data : Arrays.asList(null, List.of("a list"), "text")) {
            assertThatThrownBy(() -> ControllerRevisions.then(
                            workload("image: a"),
                            strange(stored, "strange", data),
                            client.getKubernetesSerialization()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("its data has no spec");
        }
    }

    private ControllerRevision strange(ControllerRevision stored, String name, Object data) {
        return new ControllerRevisionBuilder(renamed(stored, stored(stored), name))
                .withData(data)
                .build();
    }

    private String stored(ControllerRevision revision) {
        return ControllerRevisions.revision(workload("image: a"), revision).orElseThrow();
    }

    @Test
    void anEarlierRevisionKeepsItsContentAfterARestartWithoutItsConfigMap() {
        configMap("one", "first");
        configMap("two", "second");
        var first = complete("image: a, " + FILES.formatted("one")).revision();
        complete("image: a, " + FILES.formatted("two"));
        awaitStored(2);
        await().until(() -> copies() == 2);
        client.configMaps().inNamespace(namespace).withName("one").delete();

        revisions = started();
        var workload = workload("image: a, " + FILES.formatted("two"));
        assertThat(complete(workload).earlier()).as("nothing uses it").doesNotContainKey(first);
        workload.setStatus(
                EphemeralWorkloadStatusBuilder.builder().currentRevision(first).build());
        var desired = complete(workload);

        assertThat(page(desired, first)).isEqualTo("first");
        assertThat(page(desired, desired.revision())).isEqualTo("second");
    }

    /** The kubelet would read the ConfigMap when the Pod starts, and its later changes while it runs. */
    @Test
    void aPodOfATaskReadsTheContentOfItsLaunch() {
        configMap("conf", "first");
        var task = client.resource(task("Pods")).create();
        var contents = new TaskContent(store());

        var first = copy(contents, task);
        assertThat(first.getData()).containsOnly(Map.entry("page", "first"));
        assertThat(first.getImmutable()).isTrue();
        assertThat(first.getMetadata().getOwnerReferences())
                .singleElement()
                .returns("EphemeralTask", OwnerReference::getKind)
                .returns(task.getMetadata().getUid(), OwnerReference::getUid);

        client.configMaps().inNamespace(namespace).withName("conf").edit(map -> {
            map.setData(Map.of("page", "second"));
            return map;
        });
        assertThat(copy(contents, task).getData()).containsOnly(Map.entry("page", "second"));
        assertThat(client.resource(first).require().getData()).containsOnly(Map.entry("page", "first"));

        var container = task("Docker");
        container.setMetadata(task.getMetadata());
        var unpinned = specs.read(container, content(task));
        assertThat(contents.pinned(container, unpinned, content(task))).isSameAs(unpinned);
    }

    /** The ConfigMap that a Pod of the task would mount now. */
    private ConfigMap copy(TaskContent contents, EphemeralTask task) {
        var content = content(task);
        var read = specs.read(task, content);
        var desired = await().ignoreException(NotReadYet.class)
                .until(() -> contents.pinned(task, read, content), found -> true);
        var pod = Serialization.unmarshal(desired.template().placement().podSpec(), PodSpec.class);
        var name = pod.getVolumes().getFirst().getConfigMap().getName();
        return client.configMaps().inNamespace(namespace).withName(name).require();
    }

    private EphemeralTask task(String runtime) {
        return Serialization.unmarshal("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralTask
                metadata: {name: web, namespace: %s}
                spec: {runtime: %s, template: {image: a, %s}}
                """.formatted(namespace, runtime, FILES.formatted("conf")), EphemeralTask.class);
    }

    @Test
    void aLoweredHistoryLimitRemovesUnusedRevisionsAtOnce() {
        for (var image : List.of("a", "b", "c", "d")) {
            complete("image: " + image);
        }
        awaitStored(4);
        var rolledBackTo = specs.read(workload("image: a"), Content.UNREAD).revision();
        var status = EphemeralWorkloadStatusBuilder.builder()
                .rolledBackTo(rolledBackTo)
                .build();
        var workload = workload("image: d", "revisionHistoryLimit: 0");

        var desired = complete(workload);
        var seen = revisions.seen(workload, status, desired, Observed.none(desired.owner(), Instant.now()));

        assertThat(seen.earlier()).containsOnlyKeys(rolledBackTo, desired.revision());
        awaitStored(2);
    }

    private Desired complete(String template) {
        return complete(workload(template));
    }

    private Desired complete(EphemeralWorkload workload) {
        var content = content(workload);
        return revisions.complete(workload, specs.read(workload, content), content);
    }

    /** The ConfigMaps' current content, as the operator's watches would read it. */
    private Content content(Templated workload) {
        var wanted = ContentReferences.of(workload);
        var held = new HashMap<Content.Source, Content.Held>();
        wanted.forEach((source, keys) -> held.put(
                source,
                Content.Held.of(
                        client.configMaps()
                                .inNamespace(namespace)
                                .withName(source.name())
                                .require(),
                        keys)));
        return wanted.isEmpty() ? Content.UNREAD : Content.of(held, key.getOrCreate());
    }

    private String page(Desired desired, String revision) {
        var files = (Volume.Files) desired.earlier().get(revision).volumes().get("c");
        return new String(files.files().get("page").bytes(), StandardCharsets.UTF_8);
    }

    private List<ControllerRevision> awaitStored(int number) {
        return await().until(this::stored, stored -> stored.size() == number);
    }

    private List<ControllerRevision> stored() {
        return client.apps().controllerRevisions().inNamespace(namespace).list().getItems();
    }

    private int copies() {
        return client.configMaps()
                .inNamespace(namespace)
                .withLabel("mayfly.dev/owner-uid", uid)
                .list()
                .getItems()
                .size();
    }

    private Revisions started() {
        var runtimes = new Runtimes(Map.of());
        var events = new EventRecorder(client, runtimes);
        var store = store();
        var checks = new ImageChecks(Configs.of(Map.of()), events, new ResourceCaches());
        open.add(checks::close);
        return new Revisions(specs, runtimes, store, new ImagePins(store), checks, events);
    }

    private RevisionStore store() {
        var writes = new RevisionWrites();
        open.add(writes::close);
        return new RevisionStore(client, specs, new ContentCopies(client, key), writes);
    }

    private static ControllerRevision renamed(ControllerRevision stored, String from, String to) {
        return new ControllerRevisionBuilder(stored)
                .editMetadata()
                .withName(stored.getMetadata().getName().replace(from, to))
                .withResourceVersion(null)
                .withUid(null)
                .endMetadata()
                .build();
    }

    private void configMap(String name, String page) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withData(Map.of("page", page))
                        .build())
                .create();
    }

    /** Creates the owner: Kubernetes' garbage collector removes objects whose owner does not exist. */
    private String owner() {
        return client.resource(workload("image: a")).create().getMetadata().getUid();
    }

    private EphemeralWorkload workload(String template) {
        return workload(template, "replicas: 1");
    }

    private EphemeralWorkload workload(String template, String setting) {
        return Serialization.unmarshal("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: web, namespace: %s, uid: %s}
                spec: {%s, template: {%s}}
                """.formatted(namespace, uid, setting, template), EphemeralWorkload.class);
    }
}
