package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.model.PullResponseItem;
import java.time.Duration;

/** A pull may take as long as it moves. */
final class PullProgress extends PullImageResultCallback {
    /** A layer of gigabytes reports many times a minute; a registry that stalls reports nothing. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private volatile boolean news = true;

    @Override
    public void onNext(PullResponseItem item) {
        news = true;
        super.onNext(item);
    }

    /** @throws DockerClientException where nothing was heard since the last call */
    void requireNews() {
        if (!news) {
            throw new DockerClientException("no progress for " + PATIENCE.toMinutes() + " minutes");
        }
        news = false;
    }
}
