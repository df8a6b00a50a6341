package dev.mayfly.operator.image;

import dev.mayfly.core.image.Credential;
import dev.mayfly.core.image.PullState;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.PulledImage.StartedPull;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ImageContents;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.ImagePulls;
import dev.mayfly.runtime.ImagePulls.BegunPulls;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.Images;
import dev.mayfly.runtime.Images.ImageFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An engine that only pulls images; the test decides when and how each pull ends. */
final class ImagesOnly implements ContainerRuntime, ImageEngine, ImagePulls {
    static final String ENGINE = "ENGINE";

    /** Requested images, in order; the test completes them. */
    final List<CompletableFuture<ImageFacts>> asked = new ArrayList<>();

    final List<PulledImage> remembered = new ArrayList<>();
    final List<StartedPull> cutOff = new ArrayList<>();
    BegunPulls book = BegunPulls.UNWRITTEN;
    private Consumer<PulledImage> listener = image -> {};

    /** Reports a successful pull. */
    void pulled(PulledImage image) {
        listener.accept(image);
    }

    @Override
    public Optional<ImageEngine> imageEngine() {
        return Optional.of(this);
    }

    @Override
    public ImagePulls pulls() {
        return this;
    }

    @Override
    public ImageStore store() {
        return new ImageStore() {
            @Override
            public Map<String, Instant> uses() {
                return Map.of();
            }

            @Override
            public String engine() {
                return ENGINE;
            }

            @Override
            public List<StoredImage> imagesWithoutLayers() {
                return images();
            }

            @Override
            public List<StoredImage> images() {
                return List.of();
            }

            @Override
            public Disk disk() {
                return new Disk(0, 0);
            }

            @Override
            public Removed remove(StoredImage image, List<String> names) {
                return new Removed(0, 0, 0);
            }
        };
    }

    @Override
    public Images images() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<ImageFacts> fetch(OwnerId owner, Template template) {
        asked.add(new CompletableFuture<>());
        return asked.getLast();
    }

    @Override
    public CompletableFuture<ImageFacts> prepare(String reference) {
        return fetch(null, null);
    }

    @Override
    public void remember(Collection<PulledImage> earlier, Collection<StartedPull> cutOff) {
        remembered.addAll(earlier);
        this.cutOff.addAll(cutOff);
    }

    @Override
    public void writeDown(BegunPulls kept) {
        book = kept;
    }

    @Override
    public void onPulled(Consumer<PulledImage> pulled) {
        listener = pulled;
    }

    @Override
    public Observed observe(OwnerId owner, Instant now) {
        return Observed.none(owner, now);
    }

    @Override
    public Set<OwnerId> owners() {
        return Set.of();
    }

    @Override
    public AutoCloseable watch(Consumer<OwnerId> changed) {
        return () -> {};
    }

    @Override
    public Optional<PullState> underWay(String reference) {
        return Optional.empty();
    }

    @Override
    public void launch(Launch launch) {}

    @Override
    public void remove(Removal removal) {}

    @Override
    public void gate(ImageGate gate) {}

    @Override
    public void credentials(OwnerId owner, List<Credential> credentials) {}

    @Override
    public void forget(OwnerId owner) {}

    @Override
    public void forget(Collection<String> ids) {}

    @Override
    public ImageContents contents() {
        throw new UnsupportedOperationException();
    }
}
