package dev.mayfly.cli.scan;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.Mount;
import com.github.dockerjava.api.model.Container;
import com.google.re2j.Pattern;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.cli.scan.WriteReader.Written;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Scans containers one at a time. */
final class WriteScan {
    private static final Pattern UNNAMED = Pattern.compile("[0-9a-f]{64}");

    private final EngineReader engine;
    private final WriteReader writes;

    WriteScan(EngineReader engine) {
        this.engine = engine;
        this.writes = new WriteReader(engine);
    }

    /** Empty if the container no longer exists. */
    Optional<Scanned> at(Container listed) {
        return engine.container(listed.getId())
                .map(container -> new Scanned(
                        container,
                        engine.image(container.getImageId()),
                        written(
                                container,
                                Optional.ofNullable(listed.getSizeRw()).orElse(0L)),
                        anonymous(container)));
    }

    private Written written(InspectContainerResponse container, long bytes) {
        var mounts = new TreeSet<>(mounts(container).stream()
                .map(mount -> mount.getDestination().getPath())
                .toList());
        if (container.getHostConfig().getTmpFs() != null) {
            mounts.addAll(container.getHostConfig().getTmpFs().keySet());
        }
        return writes.at(container, mounts, bytes);
    }

    private List<Scanned.AnonymousVolume> anonymous(InspectContainerResponse container) {
        return mounts(container).stream()
                .filter(WriteScan::isAnonymous)
                .map(mount -> VolumeContent.of(container, mount, engine))
                .sorted(Comparator.comparing(Scanned.AnonymousVolume::path))
                .collect(Collectors.toList());
    }

    static boolean isAnonymous(Mount mount) {
        return mount.getName() != null && UNNAMED.matcher(mount.getName()).matches();
    }

    static List<Mount> mounts(InspectContainerResponse container) {
        return Optional.ofNullable(container.getMounts()).orElse(List.of());
    }
}
