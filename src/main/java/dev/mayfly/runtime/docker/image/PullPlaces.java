package dev.mayfly.runtime.docker.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Limits concurrent pulls. Pulls that a launch waits for go first, and of these the one whose namespace has the fewest
 * places. Other pulls never take the last place, unless there is only one; nor does a further pull from the same registry,
 * which may not answer while others do. A registry's pulls that no launch waits for never delay its first pull that a launch
 * waits for.
 *
 * <p>A pull may take hours, so a namespace never has more than half of the places, of all and of its registry's: it takes
 * another one only while it has fewer than are free.
 */
final class PullPlaces {
    private static final class Waiting {
        private final String reference;
        private final String registry;
        private final Supplier<Set<String>> namespaces;
        private boolean urgent;
        private Optional<Place> given = Optional.empty();

        Waiting(String reference, String registry, boolean urgent, Supplier<Set<String>> namespaces) {
            this.reference = reference;
            this.registry = registry;
            this.urgent = urgent;
            this.namespaces = namespaces;
        }
    }

    /**
     * A place that is taken, or may be.
     *
     * @param urgent true if a launch waited for the pull when it got the place
     */
    private record Place(Waiting pull, String registry, String namespace, boolean urgent) {}

    private final int most;
    private final List<Waiting> queue = new ArrayList<>();
    private final List<Place> taken = new ArrayList<>();
    private final Set<String> hurried = new HashSet<>();

    /** @param most maximum of concurrent pulls, at least 1 */
    PullPlaces(int most) {
        this.most = most;
    }

    /**
     * Waits for a place.
     *
     * @param namespaces those that wait for the image now; none: it is pulled for nobody in particular. The place counts
     *     for the one of them that has the fewest
     * @return releases the place
     */
    synchronized Runnable take(String reference, String registry, boolean urgent, Supplier<Set<String>> namespaces)
            throws InterruptedException {
        var mine = new Waiting(reference, registry, urgent || hurried.contains(reference), namespaces);
        queue.add(mine);
        admit();
        try {
            while (mine.given.isEmpty()) {
                wait();
            }
        } catch (InterruptedException gone) {
            queue.remove(mine);
            mine.given.ifPresent(this::free);
            throw gone;
        }
        var place = mine.given.get();
        return () -> free(place);
    }

    /** Gives places to those that may have one: also to be called when a namespace begins to wait for an image. */
    synchronized void admit() {
        for (var next = next(); next.isPresent(); next = next()) {
            var pull = next.get().pull();
            queue.remove(pull);
            taken.add(next.get());
            pull.given = next;
        }
        notifyAll();
    }

    /** Makes the pull urgent, whether it already waits for a place or will do so. */
    synchronized void hurry(String reference) {
        hurried.add(reference);
        queue.stream().filter(waiting -> waiting.reference.equals(reference)).forEach(waiting -> waiting.urgent = true);
        admit();
    }

    /** The pull is over: the next request decides again whether it is urgent. */
    synchronized void over(String reference) {
        hurried.remove(reference);
    }

    private synchronized void free(Place place) {
        taken.remove(place);
        admit();
    }

    /** The next pull and its place; empty if no waiting pull may take one. */
    private Optional<Place> next() {
        if (taken.size() >= most) {
            return Optional.empty();
        }
        var held = new HashMap<String, Integer>();
        taken.forEach(place -> held.merge(place.namespace(), 1, Integer::sum));
        return queue.stream()
                .flatMap(waiting -> namespaces(waiting).stream()
                        .map(namespace -> new Place(waiting, waiting.registry, namespace, waiting.urgent)))
                .filter(place -> open(place, held))
                .min(Comparator.comparing(Place::urgent)
                        .reversed()
                        .thenComparing(place -> held.getOrDefault(place.namespace(), 0)));
    }

    private static Set<String> namespaces(Waiting waiting) {
        var namespaces = waiting.namespaces.get();
        return namespaces.isEmpty() ? Set.of("") : namespaces;
    }

    private boolean open(Place place, Map<String, Integer> held) {
        var ofRegistry = taken.stream()
                .filter(other -> other.registry().equals(place.registry()))
                .toList();
        var mine = ofRegistry.stream()
                .filter(other -> other.namespace().equals(place.namespace()))
                .count();
        var registryOpen = ofRegistry.size() < butOne() && mine < butOne() - ofRegistry.size();
        var namespaceOpen = held.getOrDefault(place.namespace(), 0) < most - taken.size();
        return namespaceOpen
                && (place.urgent()
                        ? registryOpen || ofRegistry.stream().noneMatch(Place::urgent)
                        : registryOpen
                                && taken.stream()
                                                .filter(other -> !other.urgent())
                                                .count()
                                        < butOne());
    }

    private int butOne() {
        return Math.max(1, most - 1);
    }
}
