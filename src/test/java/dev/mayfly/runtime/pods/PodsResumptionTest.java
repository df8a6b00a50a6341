package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.runtime.Ownership.Mark;
import dev.mayfly.runtime.ResumptionContract;
import dev.mayfly.runtime.pods.PodsRuntimeContractTest.StandInCommands;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

class PodsResumptionTest extends ResumptionContract {
    private static final String CLUSTER = "c1";

    @Override
    protected Operated start() throws IOException {
        return new OperatedPods();
    }

    /** An API server that the operator's requests arrive at, and nodes that do at once what it says. */
    private static final class OperatedPods implements Operated {
        /** Longer than a replica of a new revision has to run until the next one is replaced. */
        private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

        private final FakePodServer server = new FakePodServer();
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        private AtomicBoolean reaches;
        private PodsRuntime operator;

        OperatedPods() throws IOException {
            startOperator();
        }

        private void startOperator() {
            var lives = new AtomicBoolean(true);
            var settings = new PodsSettings(CLUSTER, Duration.ofSeconds(10), 8, Set.of(), true, false, lives::get);
            reaches = lives;
            operator = new PodsRuntime(settings, server.client(), new StandInCommands(), now::get);
            operator.listener()
                    .sync(server.pods.values().stream().map(this::listed).toList());
        }

        private Pod listed(Pod pod) {
            return server.deleted.contains(pod.getMetadata().getName())
                    ? new PodBuilder(pod)
                            .editMetadata()
                            .withDeletionTimestamp(Instant.now().plusSeconds(1).toString())
                            .endMetadata()
                            .build()
                    : pod;
        }

        @Override
        public Observed observe() {
            return operator.index().observe(Samples.WEB, now.get());
        }

        @Override
        public void launch(Launch launch) {
            operator.launch(launch);
            if (reaches.get()) {
                await(() -> server.pods.containsKey(PodMarks.name(launch.id())));
            }
        }

        @Override
        public void remove(Removal removal) {
            operator.remove(removal);
            if (reaches.get()) {
                var name = PodMarks.name(removal.id());
                await(() -> server.deleted.contains(name) || !server.pods.containsKey(name));
            }
        }

        @Override
        public void settle() {
            now.updateAndGet(time -> time.plus(LONG_ENOUGH));
            for (var pod : List.copyOf(server.pods.values())) {
                var name = pod.getMetadata().getName();
                var id = id(pod);
                if (server.deleted.contains(name)) {
                    server.pods.remove(name);
                    server.deleted.remove(name);
                    await(() -> {
                        operator.listener().gone(pod, Optional.of(pod));
                        return operator.index()
                                .find(id)
                                .map(Replica::phase)
                                .filter(phase -> phase != Phase.LOST)
                                .isEmpty();
                    });
                } else if (pod.getStatus() == null) {
                    show(pod, StandInKubelet.running(pod("Pending", pod), Instant.now()), Phase.RUNNING);
                }
            }
        }

        private static Pod pod(String phase, Pod pod) {
            return new PodBuilder(pod)
                    .withNewStatus()
                    .withPhase(phase)
                    .endStatus()
                    .build();
        }

        /** The answer to its creation may come later than the event. */
        private void show(Pod pod, PodStatus status, Phase phase) {
            var shown = new PodBuilder(pod).withStatus(status).build();
            server.pods.put(pod.getMetadata().getName(), shown);
            await(() -> {
                operator.listener().seen(shown);
                return operator.index().find(id(pod)).map(Replica::phase).equals(Optional.of(phase));
            });
        }

        @Override
        public void kill(Runnable request, boolean arrives) {
            reaches.set(arrives);
            request.run();
            operator.close();
            startOperator();
        }

        @Override
        public void crash(ReplicaId id) {
            var pod = server.pods.get(PodMarks.name(id));
            show(pod, StandInKubelet.terminated(pod, 137), Phase.ENDED);
        }

        @Override
        public List<ReplicaId> running() {
            return server.pods.values().stream()
                    .filter(pod -> pod.getStatus() != null
                            && "Running".equals(pod.getStatus().getPhase()))
                    .map(OperatedPods::id)
                    .toList();
        }

        private static ReplicaId id(Pod pod) {
            return PodMarks.read(CLUSTER, pod, PodMarks.reader(pod))
                    .map(Mark::id)
                    .orElseThrow();
        }

        private static void await(Callable<Boolean> condition) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(condition);
        }

        @Override
        public void close() {
            operator.close();
            server.close();
        }
    }
}
