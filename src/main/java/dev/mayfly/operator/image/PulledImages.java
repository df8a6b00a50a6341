package dev.mayfly.operator.image;

import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.PulledImage.StartedPull;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.runtime.ImageName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The known state of images that Mayfly pulled, and the part of it that is worth storing. Bounded in size. */
final class PulledImages {
    /** More than an engine's disk usually holds. */
    static final int MOST = 500;
    /** Minimum interval between writes that only record that an image is still in use. */
    private static final Duration USE = Duration.ofMinutes(5);

    private final Map<String, PulledImage> known = new HashMap<>();
    private final Map<String, PulledImage> written = new HashMap<>();
    private final Set<StartedPull> begun = new LinkedHashSet<>();
    private boolean changed;

    /** By ID. */
    synchronized Map<String, PulledImage> all() {
        return Map.copyOf(known);
    }

    /** Adds the stored images, whether written by this operator or another. */
    synchronized void read(Collection<PulledImage> earlier) {
        earlier.forEach(image -> {
            written.put(image.id(), image);
            known.merge(image.id(), image, PulledImages::both);
        });
        bound();
    }

    /** Adds a pulled image; its names are removed from all others. */
    synchronized void pulled(PulledImage image) {
        known.replaceAll((id, other) -> id.equals(image.id()) ? other : without(other, image.references()));
        known.merge(image.id(), image, PulledImages::both);
        changed = true;
        bound();
    }

    private static PulledImage without(PulledImage image, Set<String> names) {
        var full = names.stream().map(ImageName::full).toList();
        var left = image.references().stream()
                .filter(name -> !full.contains(ImageName.full(name)))
                .collect(Collectors.toUnmodifiableSet());
        return left.size() == image.references().size()
                ? image
                : new PulledImage(image.id(), left, image.pulledAt(), image.usedAt(), image.access());
    }

    /** Merges two records of an image, with the names and the access of both. */
    private static PulledImage both(PulledImage a, PulledImage b) {
        var later = a.pulledAt().isAfter(b.pulledAt()) ? a : b;
        return new PulledImage(
                later.id(),
                union(a.references(), b.references()),
                later.pulledAt(),
                a.usedAt().isAfter(b.usedAt()) ? a.usedAt() : b.usedAt(),
                PulledImage.access(later.access(), later == a ? b.access() : a.access()));
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        return Stream.concat(a.stream(), b.stream()).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Updates the images from a list of the engine's images: those with containers are in use, missing ones are
     * forgotten.
     *
     * @param at time just before the list; images pulled later may be missing from it
     * @param uses by image ID, the end of uses that no list may have shown
     * @return IDs of forgotten images
     */
    synchronized Set<String> seen(List<StoredImage> images, Instant at, Map<String, Instant> uses) {
        var there = images.stream().collect(Collectors.toMap(StoredImage::id, Function.identity()));
        var gone = known.values().stream()
                .filter(image ->
                        !there.containsKey(image.id()) && image.pulledAt().isBefore(at))
                .map(PulledImage::id)
                .collect(Collectors.toSet());
        changed |= known.keySet().removeAll(gone);
        known.replaceAll((id, image) -> used(image, inUse(there, id) ? at : uses.getOrDefault(id, Instant.MIN)));
        changed |= known.values().stream().anyMatch(image -> worthWriting(image, inUse(there, image.id())));
        return gone;
    }

    private static PulledImage used(PulledImage image, Instant at) {
        return image.usedAt().isBefore(at)
                ? new PulledImage(image.id(), image.references(), image.pulledAt(), at, image.access())
                : image;
    }

    private static boolean inUse(Map<String, StoredImage> there, String id) {
        return there.containsKey(id) && !there.get(id).containers().isEmpty();
    }

    /** The end of a use is stored exactly. */
    private boolean worthWriting(PulledImage image, boolean inUse) {
        var then = written.containsKey(image.id()) ? written.get(image.id()).usedAt() : Instant.EPOCH;
        return image.usedAt().isAfter(inUse ? then.plus(USE) : then);
    }

    /** Forgets the least recently used images above the limit; they then stay on the engine. */
    private void bound() {
        if (known.size() > MOST) {
            known.keySet().retainAll(latest().limit(MOST).map(PulledImage::id).collect(Collectors.toSet()));
        }
    }

    synchronized void begin(StartedPull pull) {
        begun.add(pull);
        changed = true;
    }

    synchronized void over(Collection<StartedPull> pulls) {
        changed |= begun.removeIf(known -> pulls.stream()
                .anyMatch(pull -> pull.reference().equals(known.reference())
                        && pull.access().equals(known.access())));
    }

    /** Pulls that started and are not known to have finished. */
    synchronized List<StartedPull> begun() {
        return List.copyOf(begun);
    }

    /** True if there are changes to write. */
    synchronized boolean changed() {
        return changed;
    }

    /** All images, the most recently used first; marks them as written. */
    synchronized List<PulledImage> taken() {
        changed = false;
        written.clear();
        written.putAll(known);
        return latest().toList();
    }

    /** Marks the images as changed, after a failed write. */
    synchronized void again() {
        changed = true;
    }

    private Stream<PulledImage> latest() {
        return known.values().stream()
                .sorted(Comparator.comparing(PulledImage::usedAt).reversed().thenComparing(PulledImage::id));
    }
}
