package dev.mayfly.runtime.pods;

import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Outcome;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Volume;
import dev.mayfly.runtime.pods.PodsRuntimeContractTest.StandInCommands;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of the API server, and events of Pods, that come late, twice, in any order or not at all. */
class PodEventsTest {
    private static final ReplicaId ID = id(0, 1);
    private static final Template WEB = template("web:1");
    private static final String RUNNING = """
            phase: Running
            conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T12:00:05Z"}]
            containerStatuses: [{name: web, started: true, state: {running: {startedAt: "2026-01-01T12:00:01Z"}}}]
            """;
    private static final String ENDED = """
            phase: Failed
            containerStatuses:
            - name: web
              state: {terminated: {exitCode: 3, startedAt: "2026-01-01T12:00:01Z", finishedAt: "2026-01-01T12:01:00Z"}}
            """;

    private final KubernetesSerialization json = new KubernetesSerialization();
    private final List<String> announced = new CopyOnWriteArrayList<>();
    private final AtomicBoolean leads = new AtomicBoolean(true);
    private FakePodServer server;
    private PodsRuntime runtime;

    @BeforeEach
    void start() throws IOException {
        server = new FakePodServer();
        var settings = new PodsSettings("c1", Duration.ofSeconds(10), 8, Set.of(), true, false, leads::get);
        runtime = new PodsRuntime(settings, server.client(), new StandInCommands(), InstantSource.system());
        ((Announcements) runtime.reporting().orElseThrow()).onEvent(event -> announced.add(event.reason()));
    }

    @AfterEach
    void stop() {
        runtime.close();
        server.close();
    }

    @Test
    void anExceededQuotaIsAFailureThatSaysSo() {
        server.creations.add(Map.entry(403, "pods \"web\" is forbidden: exceeded quota: team, limited: pods=3"));

        launch(WEB);

        awaitPhase(Phase.FAILED);
        assertThat(failure().reason()).isEqualTo("ExceededQuota");
        assertThat(failure().message()).contains("exceeded quota: team, limited: pods=3");
    }

    @Test
    void aCreationThatWasNotAnsweredIsFoundAndNotRepeated() {
        server.creations.add(Map.entry(0, ""));

        launch(WEB);

        await(() -> {
            launch(WEB); // as a plan does
            return runtime.index().known(ID).container().isPresent() && phase().equals(Optional.of(Phase.PENDING));
        });
        await(() -> {
            show(RUNNING); // while the last launch is carried out it is not read; then the real watch still has it
            return phase().equals(Optional.of(Phase.RUNNING));
        });
        assertThat(server.pods).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void aCreationThatIsNotPossibleNowIsForgotten(int code) {
        server.creations.add(Map.entry(code, "later"));

        launch(WEB);

        await(() -> runtime.index().find(ID).isEmpty());
        assertThat(server.creations).isEmpty();
        launch(WEB);
        await(() -> server.pods.size() == 1);
    }

    @Test
    void noRequestComesSoonerThanTheServerAsks() {
        server.retryAfterSeconds = 2;
        server.creations.add(Map.entry(429, "later"));

        launch(WEB);

        await(() -> runtime.index().find(ID).isEmpty()); // known from the second request
        assertThat(server.pauses()).singleElement().matches(pause -> pause.toSeconds() >= 2);
    }

    @Test
    void anOperatorThatMayNotLeadChangesNoPod() {
        leads.set(false);

        launch(WEB);

        await(() -> runtime.index().find(ID).isEmpty());
        assertThat(server.changes).isEmpty();
        leads.set(true);
        launch(WEB);
        await(() -> server.pods.size() == 1);
    }

    @Test
    void aPodOfAnotherWithThatNameIsLeftAlone() {
        var name = PodMarks.name(ID);
        var stranger = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .withUid("theirs")
                .endMetadata()
                .build();
        server.pods.put(name, stranger);

        launch(WEB);

        awaitPhase(Phase.FAILED);
        runtime.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));
        await(() -> runtime.index().find(ID).isEmpty());
        assertThat(server.changes).noneMatch(change -> change.startsWith("DELETE"));
    }

    static List<List<Integer>> orders() {
        return IntStream.range(0, 12)
                .mapToObj(seed -> {
                    var order = new ArrayList<>(List.of(0, 1, 1, 2, 2));
                    Collections.shuffle(order, new Random(seed));
                    return List.copyOf(order);
                })
                .distinct()
                .toList();
    }

    /** Also those that show an earlier state than what is known. */
    @ParameterizedTest
    @MethodSource("orders")
    void inAnyOrderAReplicaThatEndedStaysSo(List<Integer> order) {
        launch(WEB);
        await(() -> runtime.index().known(ID).container().isPresent());

        order.forEach(state ->
                show(List.of("{\"phase\": \"Pending\"}", RUNNING, ENDED).get(state)));

        await(() -> phase().equals(Optional.of(Phase.ENDED)));
        assertThat(failure().reason()).isEqualTo("Error");
        assertThat(runtime.terminations().orElseThrow().terminations(ID.owner()))
                .hasSize(1);
    }

    @Test
    void whatCanNotStartIsEndedAndKeptAsItsRecord() {
        launch(WEB);
        await(() -> runtime.index().known(ID).container().isPresent());

        show("""
                phase: Pending
                containerStatuses: [{name: web, state: {waiting: {reason: ErrImagePull, message: "not found"}}}]
                """);

        awaitPhase(Phase.ENDED);
        assertThat(failure().reason()).isEqualTo("ErrImagePull");
        await(() -> server.changes.stream()
                .anyMatch(change -> change.startsWith("PATCH") && change.contains("\"activeDeadlineSeconds\":1")));
    }

    @Test
    void aPodThatNoNodeTakesIsAnnouncedOnce() {
        launch(WEB);
        await(() -> runtime.index().known(ID).container().isPresent());
        var unscheduled = """
                phase: Pending
                conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: "0/3 nodes"}]
                """;

        show(unscheduled);
        show(unscheduled);

        assertThat(phase()).contains(Phase.PENDING);
        assertThat(announced).containsExactly("FailedScheduling");
    }

    @Test
    void aDeletionIsGracefulAndOfThatPodAlone() {
        running(WEB);

        runtime.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));

        await(() -> server.changes.stream().anyMatch(change -> change.startsWith("DELETE")));
        assertThat(server.changes.getLast())
                .contains("\"gracePeriodSeconds\":1")
                .contains("\"uid\":\"uid-of-" + PodMarks.name(ID));
        assertThat(phase()).contains(Phase.TERMINATING);
        vanish();
        await(() -> runtime.index().find(ID).isEmpty());
    }

    @Test
    void anEvictedPodIsLeavingUntilItIsGone() {
        running(WEB);

        runtime.listener().seen(deleted(Instant.now().plusSeconds(30)));
        assertThat(phase()).contains(Phase.TERMINATING);
        vanish();

        awaitPhase(Phase.LOST);
        assertThat(failure()).isEqualTo(Outcome.POD_DELETED);
    }

    @Test
    void aPodWhoseEndWasMissedIsFoundGone() {
        running(WEB);
        server.pods.clear();

        runtime.listener().sync(List.of());

        awaitPhase(Phase.LOST);
        assertThat(failure()).isEqualTo(Outcome.POD_DELETED);
    }

    @Test
    void oneOfALostNodeCountsAsGone() {
        running(WEB);
        var overdue = deleted(Instant.now().minusSeconds(300));
        runtime.listener().seen(overdue);
        assertThat(phase()).contains(Phase.TERMINATING);

        runtime.listener().sync(List.of(overdue));

        awaitPhase(Phase.LOST);
        runtime.listener().seen(overdue); // it is still there, and nobody's any more
        assertThat(phase()).contains(Phase.LOST);
        assertThat(announced).contains("NodeLost");
        assertThat(server.changes).noneMatch(change -> change.contains("\"gracePeriodSeconds\":0"));
    }

    /** After a scale to 0 and back a slot has the same attempt again, and the Pod still has the name. */
    @Test
    void afterOneOfALostNodeTheNextReplicaGetsAnotherName() {
        running(WEB);
        runtime.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));
        var overdue = deleted(Instant.now().minusSeconds(300));
        runtime.listener().sync(List.of(overdue));
        await(() -> runtime.index().find(ID).isEmpty());

        launch(WEB);

        awaitPhase(Phase.FAILED);
        assertThat(failure().message()).contains(PodMarks.name(ID), "of an earlier replica");
        launch(ID.next(), "v1");
        await(() -> server.pods.containsKey(PodMarks.name(ID.next())));
    }

    @Test
    void aPodOfAnEarlierRevisionThatWasCreatedLateIsNotTaken() {
        running(WEB);
        var late = new PodBuilder(pod()).editMetadata().withUid("late").endMetadata();
        runtime.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));
        vanish();
        await(() -> runtime.index().find(ID).isEmpty());
        server.pods.put(PodMarks.name(ID), late.build());

        launch(ID, "v2");

        awaitPhase(Phase.FAILED);
        assertThat(failure().message()).contains("of an earlier replica");
    }

    /** No two with one volume. */
    @ParameterizedTest
    @ValueSource(strings = {"ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"})
    void oneOfALostNodeWithAVolumeOfItsOwnIsWaitedFor(String mode) {
        server.accessMode = mode;
        running(WEB.withVolumes(Map.of("data", new Volume.Claim("data", "", false))));
        var overdue = deleted(Instant.now().minusSeconds(300));

        runtime.listener().seen(overdue);
        runtime.listener().sync(List.of(overdue));

        await(() -> announced.contains("NodeLost"));
        awaitPhase(mode.equals("ReadWriteMany") ? Phase.LOST : Phase.TERMINATING);
    }

    private void running(Template template) {
        launch(template);
        await(() -> runtime.index().known(ID).container().isPresent());
        show(RUNNING);
        awaitPhase(Phase.RUNNING);
    }

    private void launch(Template template) {
        runtime.launch(new Launch(ID, "v1", template, 0, 0, Instant.EPOCH, Priority.SCALE));
    }

    private void launch(ReplicaId id, String revision) {
        runtime.launch(new Launch(id, revision, WEB, 0, 0, Instant.EPOCH, Priority.SCALE));
    }

    /** The watch shows the Pod with that status. The answer to its launch may come later. */
    private void show(String status) {
        await(() -> runtime.index().known(ID).launching() != Launching.UNDER_WAY);
        var pod = pod();
        pod.setStatus(json.unmarshal(status, PodStatus.class));
        runtime.listener().seen(pod);
    }

    private Pod deleted(Instant deadline) {
        var pod = new PodBuilder(pod())
                .editMetadata()
                .withDeletionTimestamp(deadline.toString())
                .endMetadata()
                .build();
        pod.setStatus(json.unmarshal(RUNNING, PodStatus.class));
        return pod;
    }

    private void vanish() {
        var pod = pod();
        server.pods.clear();
        runtime.listener().gone(pod, Optional.empty());
    }

    private Pod pod() {
        return new PodBuilder(server.pods.get(PodMarks.name(ID))).build();
    }

    private Optional<Phase> phase() {
        return runtime.index().find(ID).map(Replica::phase);
    }

    private Failure failure() {
        return runtime.index().find(ID).orElseThrow().outcome().failure().orElseThrow();
    }

    private void awaitPhase(Phase phase) {
        await(() -> phase().equals(Optional.of(phase)));
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }
}
