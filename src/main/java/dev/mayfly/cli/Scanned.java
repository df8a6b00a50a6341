package dev.mayfly.cli;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import java.util.List;
import java.util.Optional;

/**
 * One container of the engine, and what it wrote.
 *
 * @param container as the engine describes it
 * @param image as the engine describes it; empty: it is no longer there
 * @param written outside of volumes
 * @param anonymous volumes that nobody named, in the order of their paths
 */
record Scanned(
        InspectContainerResponse container,
        Optional<InspectImageResponse> image,
        Written written,
        List<AnonymousVolume> anonymous) {

    /** True where something would be lost with the container. */
    boolean mayLoseData() {
        return written.count() > 0 || anonymous.stream().anyMatch(AnonymousVolume::holdsData);
    }

    /** Without the slash that the engine puts before it. */
    String name() {
        return container.getName().substring(1);
    }

    /** As the user wrote it: a reference or an id. */
    String imageReference() {
        return container.getConfig().getImage();
    }

    /** Such as {@code running} or {@code exited}. */
    String state() {
        return container.getState().getStatus();
    }

    /** {@code namespace/replica} where an operator of Mayfly keeps it; it has a manifest already. */
    Optional<String> keptBy() {
        var labels = container.getConfig().getLabels();
        if (labels == null || !labels.containsKey("mayfly.dev/owner-uid")) {
            return Optional.empty();
        }
        return Optional.of(labels.get("mayfly.dev/namespace") + "/" + labels.get("mayfly.dev/name") + "-"
                + labels.get("mayfly.dev/slot"));
    }

    /**
     * A volume that goes with its container, and whose content is easily lost.
     *
     * @param path where the container sees it
     * @param bytes size of its files; 0 and more
     * @param files how many files it holds
     * @param changed how many of them are newer than the container, hence not the image's
     * @param counted false: it could be seen whether there are files, not how many; sizes are at least what they say
     */
    record AnonymousVolume(String name, String path, long bytes, long files, long changed, boolean counted) {

        boolean holdsData() {
            return changed > 0;
        }
    }
}
