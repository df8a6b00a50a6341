package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.mayfly.core.image.PullState;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Progress of a pull, as the engine reports it. Has its own wait because docker-java closes a stream whose wait timed
 * out.
 */
final class PullProgress extends ResultCallback.Adapter<PullResponseItem> {
    /** Prefix of the engine's last line about a successful pull. */
    private static final String DONE = "Status: ";

    private final PullLayers layers = new PullLayers();
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean moved = true;
    private boolean done;
    private String refusal;
    private Throwable failure;

    @Override
    public synchronized void onNext(PullResponseItem item) {
        if (item.getErrorDetail() != null) {
            refusal = item.getErrorDetail().getMessage();
            return;
        }
        var detail = item.getProgressDetail();
        moved |= layers.update(
                item.getId(),
                item.getStatus(),
                detail == null ? 0 : known(detail.getCurrent()),
                detail == null ? 0 : known(detail.getTotal()));
        done |= item.getStatus() != null && item.getStatus().startsWith(DONE);
    }

    @Override
    public void onError(Throwable failed) {
        super.onError(failed);
        fail(failed);
        over.countDown();
    }

    private synchronized void fail(Throwable failed) {
        failure = failed;
    }

    @Override
    public void onComplete() {
        super.onComplete();
        over.countDown();
    }

    /** Waits for the end. @return true if the pull ended, successfully or not */
    boolean ends(Duration within) throws InterruptedException {
        return over.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Failure of the connection; empty if there was none. */
    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private static long known(Long bytes) {
        return bytes == null ? 0 : bytes;
    }

    /** True if the pull progressed since the last call, and at the first call. */
    synchronized boolean moved() {
        var since = moved;
        moved = false;
        return since;
    }

    /** True if the pull waits because the engine downloads other images first. */
    synchronized boolean queued() {
        return layers.queued();
    }

    synchronized PullState state() {
        return layers.state();
    }

    /** The engine's message if the pull failed. */
    synchronized Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** True if the engine reported success. */
    synchronized boolean done() {
        return done;
    }

    /** Layers of a pull, from the engine's reports on each. Not thread-safe. */
    static final class PullLayers {
        private static final String DOWNLOADING = "Downloading";
        private static final String DOWNLOADED = "Download complete";
        private static final String VERIFYING = "Verifying Checksum";
        private static final String WAITING = "Waiting";
        /** The download was interrupted and the engine counts down to its next try: this is no progress. */
        private static final String RETRYING = "Retrying in";

        private static final Set<String> DONE = Set.of("Pull complete", "Already exists");
        /** In the order in which a layer passes through them. */
        private static final List<String> STAGES =
                List.of("Pulling fs layer", WAITING, DOWNLOADING, VERIFYING, DOWNLOADED, "Extracting");

        /** How far a layer has come. */
        private record Furthest(int stage, long bytes) {
            boolean before(Furthest other) {
                return stage < other.stage || stage == other.stage && bytes < other.bytes;
            }
        }

        private record Layer(String stage, long stageBytes, long bytes, long total) {
            boolean done() {
                return DONE.contains(stage);
            }
        }

        private final Map<String, Layer> layers = new LinkedHashMap<>();
        private final Map<String, Furthest> furthest = new HashMap<>();

        /**
         * Records a report of the engine.
         *
         * @param id ID of the layer, or of something that is not a layer; null for the whole pull
         * @param bytes bytes of this stage; 0: unknown
         * @param total total of this stage; 0: unknown
         * @return true if the layer is further than it ever was. With containerd's image store the engine starts a broken
         *     download again without a word, so that its bytes fall and rise as long as nobody ends it
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
            var now = new Furthest(after.done() ? STAGES.size() : STAGES.indexOf(status), bytes);
            var progressed = !furthest.containsKey(id) || furthest.get(id).before(now);
            if (progressed) {
                furthest.put(id, now);
            }
            return progressed;
        }

        private static Layer next(Layer before, String status, long bytes, long total) {
            return switch (status) {
                case DOWNLOADING -> new Layer(status, bytes, bytes, Math.max(total, bytes));
                case VERIFYING, DOWNLOADED -> new Layer(status, 0, before.total(), before.total());
                default -> new Layer(status, bytes, before.bytes(), before.total());
            };
        }

        /**
         * True if all remaining layers are queued in the engine, which downloads only a few layers of all pulls at a
         * time.
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
}
