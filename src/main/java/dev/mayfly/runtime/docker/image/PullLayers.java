package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.image.PullState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Layers of a pull, from the engine's reports on each. Not thread-safe. */
final class PullLayers {
    private static final String DOWNLOADING = "Downloading";
    private static final String DOWNLOADED = "Download complete";
    private static final String VERIFYING = "Verifying Checksum";
    private static final String WAITING = "Waiting";
    /** The download was interrupted and the engine counts down to its next try: this is no progress. */
    private static final String RETRYING = "Retrying in";

    private static final Set<String> DONE = Set.of("Pull complete", "Already exists");
    private static final Set<String> STAGES =
            Set.of("Pulling fs layer", WAITING, DOWNLOADING, VERIFYING, DOWNLOADED, "Extracting");

    private record Layer(String stage, long stageBytes, long bytes, long total) {
        boolean done() {
            return DONE.contains(stage);
        }
    }

    private final Map<String, Layer> layers = new LinkedHashMap<>();

    /**
     * Records a report of the engine.
     *
     * @param id ID of the layer, or of something that is not a layer; null for the whole pull
     * @param bytes bytes of this stage; 0: unknown
     * @param total total of this stage; 0: unknown
     * @return true if the layer progressed since the last report
     */
    boolean update(String id, String status, long bytes, long total) {
        if (id == null || status == null) {
            return true;
        }
        if (status.startsWith(RETRYING)) {
            return false;
        }
        if (!STAGES.contains(status) && !DONE.contains(status)) {
            return true;
        }
        var before = layers.getOrDefault(id, new Layer("", 0, 0, 0));
        var after = next(before, status, bytes, total);
        layers.put(id, after);
        return !after.equals(before);
    }

    private static Layer next(Layer before, String status, long bytes, long total) {
        return switch (status) {
            case DOWNLOADING -> new Layer(status, bytes, bytes, Math.max(total, bytes));
            case VERIFYING, DOWNLOADED -> new Layer(status, 0, before.total(), before.total());
            default -> new Layer(status, bytes, before.bytes(), before.total());
        };
    }

    /**
     * True if all remaining layers are queued in the engine, which downloads only a few layers of all pulls at a time.
     */
    boolean queued() {
        return layers.values().stream().anyMatch(layer -> layer.stage().equals(WAITING))
                && layers.values().stream()
                        .allMatch(layer -> layer.done()
                                || layer.stage().equals(WAITING)
                                || layer.stage().equals(DOWNLOADED));
    }

    PullState state() {
        return new PullState(
                layers.values().stream().mapToLong(Layer::bytes).sum(),
                layers.values().stream().mapToLong(Layer::total).sum(),
                (int) layers.values().stream().filter(Layer::done).count(),
                layers.size());
    }
}
