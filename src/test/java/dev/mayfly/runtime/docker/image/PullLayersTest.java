package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.image.PullState;
import dev.mayfly.runtime.docker.image.PullProgress.PullLayers;
import org.junit.jupiter.api.Test;

/** In the engine's own words; see moby's distribution/xfer/download.go. */
class PullLayersTest {
    private final PullLayers layers = new PullLayers();

    @Test
    void bytesAndLayersAreCounted() {
        update("1", "Pulling from team/app");
        update("a", "Pulling fs layer");
        update("b", "Already exists");
        layers.update("a", "Downloading", 300, 1000);

        assertThat(layers.state()).isEqualTo(new PullState(300, 1000, 1, 2));
        assertThat(layers.state().percent()).isEqualTo(30);
    }

    @Test
    void anUnpackedLayerCountsAsDownloaded() {
        layers.update("a", "Downloading", 900, 1000);
        update("a", "Verifying Checksum");
        update("a", "Download complete");
        layers.update("a", "Extracting", 10, 1000);
        update("a", "Pull complete");

        assertThat(layers.state()).isEqualTo(new PullState(1000, 1000, 1, 1));
    }

    @Test
    void aRepeatedStatusIsNoProgress() {
        assertThat(layers.update("a", "Downloading", 300, 1000)).isTrue();
        assertThat(layers.update("a", "Downloading", 300, 1000)).isFalse();
        assertThat(layers.update("a", "Downloading", 301, 1000)).isTrue();
    }

    /** As Docker Engine 29 reports it: moby's daemon/containerd/progress.go. */
    @Test
    void aDownloadThatBeginsAgainProgressesOnceItIsFurtherThanBefore() {
        assertThat(layers.update("a", "Downloading", 500, 1000)).isTrue();
        assertThat(layers.update("a", "Downloading", 0, 1000)).isFalse();
        assertThat(update("a", "Waiting")).isFalse();
        assertThat(layers.update("a", "Downloading", 500, 1000)).isFalse();
        assertThat(layers.update("a", "Downloading", 501, 1000)).isTrue();
        assertThat(update("a", "Download complete")).isTrue();
        assertThat(layers.update("a", "Extracting", 10, 1000)).isTrue();
        assertThat(update("a", "Pull complete")).isTrue();
    }

    @Test
    void aCountdownToTheNextTryIsNoMove() {
        update("a", "Pulling fs layer");

        assertThat(update("a", "Retrying in 5 seconds")).isFalse();
        assertThat(update("a", "Retrying in 1 second")).isFalse();
    }

    @Test
    void onlyWhatTheEngineDidNotBeginIsQueued() {
        update("a", "Already exists");
        update("b", "Waiting");
        update("c", "Download complete");
        assertThat(layers.queued()).isTrue();

        update("d", "Pulling fs layer");
        assertThat(layers.queued()).as("asked of the registry, which is silent").isFalse();
    }

    private boolean update(String id, String status) {
        return layers.update(id, status, 0, 0);
    }
}
