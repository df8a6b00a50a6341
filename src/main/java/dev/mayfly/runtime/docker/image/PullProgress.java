package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.mayfly.core.image.PullState;
import java.time.Duration;
import java.util.Optional;
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
        synchronized (this) {
            failure = failed;
        }
        over.countDown();
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
}
