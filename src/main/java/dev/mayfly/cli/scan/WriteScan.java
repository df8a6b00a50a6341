package dev.mayfly.cli.scan;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.Mount;
import com.github.dockerjava.api.command.InspectImageResponse;
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

    /**
     * One scanned container.
     *
     * @param container the engine's description of it
     * @param image the engine's description of its image; empty if the image no longer exists
     * @param written its writes outside of volumes
     * @param anonymous its anonymous volumes, sorted by path
     */
    record Scanned(
            InspectContainerResponse container,
            Optional<InspectImageResponse> image,
            Written written,
            List<AnonymousVolume> anonymous) {

        /** True if removing the container would lose data. */
        boolean mayLoseData() {
            return written.count() > 0 || anonymous.stream().anyMatch(AnonymousVolume::holdsData);
        }

        /** The name without the engine's leading slash. */
        String name() {
            return container.getName().substring(1);
        }

        /** The image as the user wrote it: a reference or an id. */
        String imageReference() {
            return container.getConfig().getImage();
        }

        /** The engine's word, such as {@code running} or {@code exited}. */
        String state() {
            return container.getState().getStatus();
        }

        /** The namespace of the replica that the container is; empty: it is none. */
        String namespace() {
            return keptBy().map(replica -> replica.substring(0, replica.indexOf('/')))
                    .orElse("");
        }

        /** {@code namespace/replica} if a Mayfly operator owns the container, so that a manifest exists. */
        Optional<String> keptBy() {
            var labels = container.getConfig().getLabels();
            if (labels == null
                    || labels.getOrDefault("mayfly.dev/owner-uid", "").isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(labels.get("mayfly.dev/namespace") + "/" + labels.get("mayfly.dev/name") + "-"
                    + labels.get("mayfly.dev/slot"));
        }

        /**
         * An anonymous volume. It is removed with its container, so its content is easily lost.
         *
         * @param path mount point in the container
         * @param bytes total size of its files
         * @param files number of its files
         * @param changed number of files newer than the container, which are therefore not the image's
         * @param counted false if counting stopped early, so that the figures are lower bounds
         */
        record AnonymousVolume(String name, String path, long bytes, long files, long changed, boolean counted) {

            boolean holdsData() {
                return changed > 0;
            }
        }
    }
}
