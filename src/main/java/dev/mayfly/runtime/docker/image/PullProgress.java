package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.mayfly.core.image.PullState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How a pull goes, as the engine tells it. Waits by itself: docker-java ends a stream that it waited for in vain. */
final class PullProgress extends ResultCallback.Adapter<PullResponseItem> {
    /** The engine's last line about a pull that ended well. */
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
        moved |= layers.told(
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

    /** Waits for its end, so long. @return true: it ended, well or not */
    boolean ends(Duration within) throws InterruptedException {
        return over.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Why the engine could not be listened to any longer; empty where it could. */
    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private static long known(Long bytes) {
        return bytes == null ? 0 : bytes;
    }

    /** True where it came further since the last call; also the first time. */
    synchronized boolean moved() {
        var since = moved;
        moved = false;
        return since;
    }

    /** True where it stands still because the engine downloads other images first. */
    synchronized boolean queued() {
        return layers.queued();
    }

    synchronized PullState state() {
        return layers.state();
    }

    /** The engine's words where it gave up. */
    synchronized Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** True where the engine said that it ended well. */
    synchronized boolean done() {
        return done;
    }
}
