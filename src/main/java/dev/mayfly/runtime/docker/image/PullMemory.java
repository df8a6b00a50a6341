package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.image.PulledImage;
import dev.mayfly.runtime.ImageName;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Remembers which images we pulled. An image that another client pulled never becomes ours, even if we ask its registry
 * later.
 */
final class PullMemory {
    /** Guarded by this object's monitor. */
    private final Map<String, PulledImage> images = new HashMap<>();

    private final List<Consumer<PulledImage>> listeners = new CopyOnWriteArrayList<>();

    synchronized void remember(Collection<PulledImage> earlier) {
        earlier.forEach(image -> images.put(image.id(), image));
    }

    synchronized void forget(Collection<String> ids) {
        images.keySet().removeAll(ids);
    }

    void listen(Consumer<PulledImage> listener) {
        listeners.add(listener);
    }

    /**
     * The image came with a pull whose end was missed. It is not known which of its names are ours, so none is recorded
     * and the image stays.
     */
    void cutOff(String id, Set<String> access, Instant now) {
        var image = new PulledImage(id, Set.of(), now, now, access);
        if (add(image)) {
            announce(image);
        }
    }

    private synchronized boolean add(PulledImage image) {
        return images.putIfAbsent(image.id(), image) == null;
    }

    private void announce(PulledImage image) {
        listeners.forEach(listener -> listener.accept(image));
    }

    /**
     * Records a successful pull.
     *
     * @param digest the image in the reference's repository, {@code repository@sha256:…}, which stays when the
     *     reference moves; empty if the engine reports none
     * @param before ID of the image that the reference named on the engine before. If there was one and we did not pull
     *     it, a user gave it that name, which stays the user's
     * @param here true if the image was on the engine before
     * @param access fingerprints of all credentials with which its registry has provided it so far
     */
    void pulled(
            String id,
            String reference,
            Optional<String> digest,
            Optional<String> before,
            boolean here,
            Set<String> access,
            Instant now) {
        record(id, reference, digest, before, here, access, now).ifPresent(this::announce);
    }

    private synchronized Optional<PulledImage> record(
            String id,
            String reference,
            Optional<String> digest,
            Optional<String> before,
            boolean here,
            Set<String> access,
            Instant now) {
        var given = before.isEmpty() || isOurs(before.get(), reference);
        var names = given
                ? Stream.concat(Stream.of(reference), digest.stream()).collect(Collectors.toUnmodifiableSet())
                : Set.<String>of();
        images.replaceAll(
                (other, known) -> other.equals(id) ? known : without(known, reference)); // a user may reuse the name
        var known = images.get(id);
        if (known == null && here) {
            return Optional.empty();
        }
        var references = new HashSet<>(names);
        if (known != null) {
            references.addAll(known.references());
        }
        var image = new PulledImage(id, Set.copyOf(references), now, now, access);
        images.put(id, image);
        return Optional.of(image);
    }

    private static PulledImage without(PulledImage known, String reference) {
        var left = known.references().stream()
                .filter(name -> !ImageName.full(name).equals(ImageName.full(reference)))
                .collect(Collectors.toUnmodifiableSet());
        return new PulledImage(known.id(), left, known.pulledAt(), known.usedAt(), known.access());
    }

    private boolean isOurs(String id, String reference) {
        var known = images.get(id);
        return known != null
                && known.references().stream().map(ImageName::full).anyMatch(ImageName.full(reference)::equals);
    }
}
