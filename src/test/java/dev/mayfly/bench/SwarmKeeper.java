package dev.mayfly.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerSpec;
import com.github.dockerjava.api.model.ServiceModeConfig;
import com.github.dockerjava.api.model.ServiceReplicatedModeOptions;
import com.github.dockerjava.api.model.ServiceRestartCondition;
import com.github.dockerjava.api.model.ServiceRestartPolicy;
import com.github.dockerjava.api.model.ServiceSpec;
import com.github.dockerjava.api.model.Task;
import com.github.dockerjava.api.model.TaskSpec;
import com.github.dockerjava.api.model.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One service of a Swarm of one node. A place is a slot. Its restart delay is 0, the minimum; the default is 5 s. */
final class SwarmKeeper implements Keeper {
    private static final String STARTED = "successor runs, says the engine";
    private static final String RUNNING = "task is running, says Swarm";
    private static final String NAME = "bench-heal";
    private static final String SERVICE = "com.docker.swarm.service.name";
    private static final int LOOK_MILLIS = 20;

    private final DockerClient engine;
    private final Lives lives = new Lives();
    private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());

    SwarmKeeper(DockerClient engine) {
        this.engine = engine;
    }

    @Override
    public void up(int replicas) {
        Engines.noteStarts(engine, SERVICE + "=" + NAME, this::place, lives, STARTED);
        var task = new TaskSpec()
                .withRestartPolicy(new ServiceRestartPolicy()
                        .withCondition(ServiceRestartCondition.ANY)
                        .withDelay(0L))
                .withContainerSpec(new ContainerSpec()
                        .withImage(IMAGE)
                        .withCommand(COMMAND)
                        .withStopGracePeriod(Duration.ofSeconds(1).toNanos()));
        var mode = new ServiceModeConfig().withReplicated(new ServiceReplicatedModeOptions().withReplicas(replicas));
        engine.createServiceCmd(new ServiceSpec().withName(NAME).withMode(mode).withTaskTemplate(task))
                .exec();
    }

    /** The task of a container that starts. */
    private String place(Map<String, String> labels) {
        poll(labels.get("com.docker.swarm.task.id"));
        return labels.get("com.docker.swarm.task.name").split("\\.")[1]; // NAME.SLOT.TASK
    }

    /** The time at which Swarm saw it running. Swarm records that time, so polling loses nothing. */
    private void poll(String task) {
        poller.schedule(
                () -> {
                    var found = engine.listTasksCmd().withIdFilter(task).exec().getFirst();
                    if (found.getStatus().getState() == TaskState.RUNNING) {
                        note(found);
                    } else {
                        poll(task);
                    }
                },
                LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void note(Task task) {
        var status = task.getStatus();
        var container = status.getContainerStatus().getContainerID();
        lives.note(RUNNING, task.getSlot().toString(), container, Instant.parse(status.getTimestamp()));
    }

    @Override
    public Lives lives() {
        return lives;
    }

    @Override
    public List<String> stages() {
        return List.of(STARTED, RUNNING);
    }

    @Override
    public void close() {
        poller.shutdownNow();
        try {
            engine.removeServiceCmd(NAME).exec();
        } catch (NotFoundException none) {
            return;
        }
        Awaitility.await("the service's containers are gone")
                .atMost(Duration.ofMinutes(2))
                .until(() -> engine.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Map.of(SERVICE, NAME))
                        .exec()
                        .isEmpty());
    }
}
