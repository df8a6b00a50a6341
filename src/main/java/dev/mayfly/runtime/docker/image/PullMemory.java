package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.image.PulledImage;
import dev.mayfly.runtime.ImageName;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which images we pulled. One that somebody else brought here never becomes ours, whatever we ask its registry. */
final class PullMemory {
    private final Map<String, PulledImage> images = new ConcurrentHashMap<>();
    private final List<Consumer<PulledImage>> listeners = new CopyOnWriteArrayList<>();

    void remember(Collection<PulledImage> earlier) {
        earlier.forEach(image -> images.put(image.id(), image));
    }

    void forget(Collection<String> ids) {
        images.keySet().removeAll(ids);
    }

    void listen(Consumer<PulledImage> listener) {
        listeners.add(listener);
    }

    /** It came with a pull whose end nobody saw: whose names it has is not known, so it stays. */
    void cutOff(String id, Set<String> access, Instant now) {
        var image = new PulledImage(id, Set.of(), now, now, access);
        if (images.putIfAbsent(id, image) == null) {
            listeners.forEach(listener -> listener.accept(image));
        }
    }

    /**
     * A pull ended well.
     *
     * @param digest by which the reference's repository knows the image, {@code repository@sha256:…}: what it keeps when the
     *     reference moves on. Empty: the engine tells none
     * @param before id of what the reference meant on the engine until then. Where it meant something, and not by a pull of ours,
     *     a person gave it that name, and it stays the person's
     * @param here true: the image was on the engine before
     * @param access fingerprints of all the credentials with which its registry gave it so far
     */
    void pulled(
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
                (other, known) -> other.equals(id) ? known : without(known, reference)); // a person may use it again
        var image = images.computeIfPresent(id, (key, known) -> {
            var references = new HashSet<>(known.references());
            references.addAll(names);
            return new PulledImage(id, Set.copyOf(references), now, now, access);
        });
        if (image == null && !here) {
            image = new PulledImage(id, names, now, now, access);
            images.put(id, image);
        }
        if (image != null) {
            var told = image;
            listeners.forEach(listener -> listener.accept(told));
        }
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
