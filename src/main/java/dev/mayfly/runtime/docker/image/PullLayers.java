package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.image.PullState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The layers of a pull, from what the engine tells of each. Not for several threads. */
final class PullLayers {
    private static final String DOWNLOADING = "Downloading";
    private static final String DOWNLOADED = "Download complete";
    private static final String VERIFYING = "Verifying Checksum";
    private static final String WAITING = "Waiting";
    /** Its download broke, and the engine counts down to its next try: nothing moves. */
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
     * The engine told of a layer.
     *
     * @param id of the layer, or of something else that is no layer; null: of the whole pull
     * @param bytes of this stage, 0: unknown
     * @param total of this stage, 0: unknown
     * @return true where it has moved on since the engine told last
     */
    boolean told(String id, String status, long bytes, long total) {
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

    /** True where all that is left waits for the engine, which downloads only a few layers at a time of all pulls. */
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
