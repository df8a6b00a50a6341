package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Volume;
import dev.mayfly.runtime.docker.volume.EmptyDirLimits;
import dev.mayfly.runtime.docker.volume.HostWork;
import dev.mayfly.runtime.docker.volume.MountGuard;
import dev.mayfly.runtime.docker.volume.NamedVolumes;
import dev.mayfly.runtime.docker.volume.ReplicaVolumes;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.testing.engine.BothEngines;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The last workload that used a volume takes it along, just when the first replica of another one is being made. */
@Tag("engine")
@BothEngines
class VanishedVolumeTest {
    private static final Volume.DockerVolume DATA = new Volume.DockerVolume("data", "local", Map.of(), true);

    private final DockerClient engine = Docker.client();
    private final NamedVolumes named =
            new NamedVolumes(UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    private final String name = named.nameOf(Samples.WEB.namespace(), DATA);
    private String container;

    @AfterEach
    void leaveNothing() {
        if (container != null) {
            engine.removeContainerCmd(container).withForce(true).exec();
        }
        named.remove(engine, Set.of(name));
    }

    @Test
    void isMadeAgainAsOurs() {
        var volumes = new ReplicaVolumes(
                named,
                Optional.empty(),
                new MountGuard(path -> path, "", InstantSource.system()),
                new EmptyDirLimits(
                        Optional.empty(), new ReplicaIndex(), owner -> Duration.ofSeconds(1), InstantSource.system()),
                new HostWork());
        var mounts = volumes.mounts(engine, launch());

        named.remove(engine, Set.of(name)); // as after the deletion of a workload that seemed to be its only user
        assertThat(engine.listVolumesCmd().exec().getVolumes())
                .noneMatch(v -> v.getName().equals(name));
        container = engine.createContainerCmd("busybox:1.36")
                .withHostConfig(new HostConfig().withMounts(mounts))
                .exec()
                .getId();

        assertThat(named.ensure(engine, Samples.WEB, DATA).name()).isEqualTo(name);
        engine.removeContainerCmd(container).exec();
        container = null;
        named.remove(engine, Set.of(name));
        assertThat(engine.listVolumesCmd().exec().getVolumes())
                .noneMatch(v -> v.getName().equals(name));
    }

    private static Launch launch() {
        var template = Templates.with(Map.of("data", DATA), List.of(new Template.Mount("data", "/data", false)));
        return new Launch(Samples.id(0, 1), "v1", template, 0, 0, Samples.NOON, Priority.SCALE);
    }
}
