package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.docker.audit.Auditor;
import dev.mayfly.runtime.docker.container.EngineTimes;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.image.EngineImages.ImageUses;
import dev.mayfly.runtime.docker.volume.ReplicaVolumes;
import dev.mayfly.runtime.support.EngineRefused;
import dev.mayfly.runtime.support.Lifecycle.Containers;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Removes containers and what they leave on the host. */
public final class Removals implements Containers {
    private final Supplier<Engine> engine;
    private final ReplicaIndex index;
    private final ReplicaVolumes volumes;
    private final Auditor auditor;
    private final ImageUses uses;
    private final Remnants remnants;
    private final Consumer<String> inspections;
    private final EngineTimes times;

    /** @param inspections schedules an inspection of a container */
    public Removals(
            Supplier<Engine> engine,
            ReplicaIndex index,
            ReplicaVolumes volumes,
            Auditor auditor,
            ImageUses uses,
            Remnants remnants,
            Consumer<String> inspections,
            EngineTimes times) {
        this.engine = engine;
        this.index = index;
        this.volumes = volumes;
        this.auditor = auditor;
        this.uses = uses;
        this.remnants = remnants;
        this.inspections = inspections;
        this.times = times;
    }

    @Override
    public void inspect(String container) {
        inspections.accept(container);
    }

    /** Apart from the calls to the engine, so that a layer with many files delays no other workload's. */
    @Override
    public void beforeRemoval(ReplicaId id, Runnable then) {
        auditor.lastLook(id, then);
    }

    @Override
    public List<String> remove(ReplicaId id, String container) {
        try {
            var leaving = remnants.leaving(container);
            auditor.requireLastLook(id); // the writable layer is removed with its container
            engine.get().remove(container);
            remnants.removed(id.owner(), leaving);
        } catch (DockerException | Host.Refused refused) {
            throw new EngineRefused(EngineWords.of(refused));
        }
        ended(id);
        return auditor.paths(id);
    }

    /** Apart from the calls to the engine as well: the replica may have left millions of files. */
    @Override
    public void afterRemoval(ReplicaId id, Consumer<Optional<EngineRefused>> then) {
        volumes.discard(id, refused -> {
            if (refused.isEmpty()) {
                auditor.gone(id);
            }
            then.accept(refused.map(words -> new EngineRefused(words.getMessage())));
        });
    }

    @Override
    public List<String> discard(ReplicaId id) {
        index.container(id).ifPresent(container -> remnants.removed(id.owner(), remnants.leaving(container)));
        ended(id);
        var writes = auditor.paths(id);
        auditor.vanished(id);
        return writes;
    }

    /** Runs before the slot becomes free. */
    private void ended(ReplicaId id) {
        index.find(id).ifPresent(replica -> uses.ended(replica, times.engines(times.now())));
    }

    /** Removes what belonged to unknown replicas: their containers were removed while no operator was running. */
    void discardStrays() {
        volumes.discardAllBut(() ->
                index.all().stream().flatMap(Observed::all).map(Replica::id).collect(Collectors.toSet()));
    }
}
