package dev.mayfly.bench.page;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerSpec;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.ServiceModeConfig;
import com.github.dockerjava.api.model.ServiceReplicatedModeOptions;
import com.github.dockerjava.api.model.ServiceRestartCondition;
import com.github.dockerjava.api.model.ServiceRestartPolicy;
import com.github.dockerjava.api.model.ServiceSpec;
import com.github.dockerjava.api.model.TaskSpec;
import com.github.dockerjava.api.model.UpdateConfig;
import com.github.dockerjava.api.model.UpdateOrder;
import dev.mayfly.bench.Engines;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A service of a Swarm of one node, with a restart delay of 0 and updates of all tasks at once. */
final class SwarmContender implements Contender {
    private static final String NAME = "bench-page";
    private static final Map<String, String> LABELS = Map.of("com.docker.swarm.service.name", NAME);
    private static final long TIMEOUT_SECONDS = 300;

    private final DockerClient engine;
    private final Semaphore started = new Semaphore(0);
    private final Semaphore ended = new Semaphore(0);
    private int replicas;
    private int updates;

    SwarmContender(String host) throws InterruptedException {
        engine = Engines.at(host);
        remove();
        var watching = new ResultCallback.Adapter<Event>() {
            @Override
            public void onNext(Event event) {
                switch (String.valueOf(event.getAction())) {
                    case "start" -> started.release();
                    case "die" -> ended.release(); // Swarm removes containers later
                    default -> {}
                }
            }
        };
        engine.eventsCmd()
                .withEventTypeFilter("container")
                .withLabelFilter(LABELS)
                .exec(watching);
        watching.awaitStarted();
        engine.createServiceCmd(spec()).exec();
    }

    private ServiceSpec spec() {
        var all = new UpdateConfig().withParallelism(0).withOrder(UpdateOrder.START_FIRST);
        return new ServiceSpec()
                .withName(NAME)
                .withMode(new ServiceModeConfig()
                        .withReplicated(new ServiceReplicatedModeOptions().withReplicas(replicas)))
                .withUpdateConfig(all)
                .withTaskTemplate(new TaskSpec()
                        .withForceUpdate(updates)
                        .withRestartPolicy(new ServiceRestartPolicy()
                                .withCondition(ServiceRestartCondition.ANY)
                                .withDelay(0L))
                        .withContainerSpec(new ContainerSpec()
                                .withImage("busybox:1.36")
                                .withCommand(List.of("tail", "-f", "/dev/null"))
                                .withStopGracePeriod(Duration.ofSeconds(1).toNanos())));
    }

    private long update() {
        var service = engine.inspectServiceCmd(NAME).exec();
        started.drainPermits();
        ended.drainPermits();
        var begun = System.nanoTime();
        engine.updateServiceCmd(service.getId(), spec())
                .withVersion(service.getVersion().getIndex())
                .exec();
        return begun;
    }

    @Override
    public Duration scale(int to) throws InterruptedException {
        var difference = to - replicas;
        replicas = to;
        var begun = update();
        await(difference > 0 ? started : ended, Math.abs(difference));
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Override
    public Optional<Duration> rollout() throws InterruptedException {
        updates++;
        var begun = update();
        await(started, replicas);
        await(ended, replicas);
        return Optional.of(Duration.ofNanos(System.nanoTime() - begun));
    }

    @Override
    public Optional<Duration> kill() throws InterruptedException {
        // an update that is over may have left some that are about to end
        var oldest = Awaitility.await()
                .atMost(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> engine.listContainersCmd().withLabelFilter(LABELS).exec(),
                        found -> found.size() == replicas)
                .getLast();
        started.drainPermits();
        var begun = System.nanoTime();
        engine.killContainerCmd(oldest.getId()).exec();
        await(started, 1);
        return Optional.of(Duration.ofNanos(System.nanoTime() - begun));
    }

    private static void await(Semaphore permits, int count) throws InterruptedException {
        if (!permits.tryAcquire(count, TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Swarm's containers did not come or go within " + TIMEOUT_SECONDS + " s");
        }
    }

    private void remove() {
        try {
            engine.removeServiceCmd(NAME).exec();
        } catch (NotFoundException none) {
            // as it should be
        }
    }

    @Override
    public void close() {
        remove();
    }
}
