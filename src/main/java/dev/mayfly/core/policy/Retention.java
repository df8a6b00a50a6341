package dev.mayfly.core.policy;

import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.policy.Quota.LayerBytes;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Selects the images to remove. An image is removed only if Mayfly pulled it, it is unused, no user named it, at
 * least one policy with retention applies to it, and all of those allow its removal.
 */
public final class Retention {
    private Retention() {}

    /**
     * An image to remove.
     *
     * @param policies names of the policies that allow its removal, never empty
     */
    public record ImageRemoval(StoredImage image, List<String> policies) {}

    /** @return the images to remove, in that order */
    public static List<ImageRemoval> toRemove(Stock stock, List<Rules> policies) {
        var quotas = policies.stream().map(rules -> new Quota(rules, stock)).toList();
        var disk = new LayerBytes(stock.images());
        var before = disk.total();
        var removals = new ArrayList<ImageRemoval>();
        for (var image : candidates(stock)) {
            var applicable =
                    quotas.stream().filter(quota -> quota.appliesTo(image)).toList();
            var freed = before - disk.total();
            if (!applicable.isEmpty() && applicable.stream().allMatch(quota -> quota.allowsRemoval(image, freed))) {
                removals.add(new ImageRemoval(
                        image, applicable.stream().map(Quota::policy).toList()));
                applicable.forEach(quota -> quota.removed(image));
                disk.without(image);
            }
        }
        return removals;
    }

    /** @return by name of each policy on dry run, the images that would be removed without dry run, in that order */
    public static Map<String, List<StoredImage>> reclaimable(Stock stock, List<Rules> policies) {
        var reclaimable = new HashMap<String, List<StoredImage>>();
        policies.stream().filter(Rules::dryRun).forEach(rules -> reclaimable.put(rules.policy(), new ArrayList<>()));
        if (!reclaimable.isEmpty()) {
            var withoutDryRun =
                    policies.stream().map(rules -> rules.withDryRun(false)).toList();
            for (var removal : toRemove(stock, withoutDryRun)) {
                removal.policies().stream()
                        .filter(reclaimable::containsKey)
                        .forEach(policy -> reclaimable.get(policy).add(removal.image()));
            }
        }
        return reclaimable;
    }

    /**
     * The images that may be removed at all: the least recently used first, then the first to be pulled, then by id.
     */
    private static List<StoredImage> candidates(Stock stock) {
        return stock.images().stream()
                .filter(image -> stock.record(image)
                        .filter(known -> !stock.hasForeignName(image, known))
                        .isPresent())
                .filter(image -> !stock.inUse(image))
                .sorted(Comparator.comparing((StoredImage image) ->
                                stock.record(image).orElseThrow().usedAt())
                        .thenComparing(
                                image -> stock.record(image).orElseThrow().pulledAt())
                        .thenComparing(StoredImage::id))
                .toList();
    }

    /**
     * When the images of one policy are removed.
     *
     * @param policy name of the policy
     * @param images globs of full repository names; empty: all images
     * @param highPercent disk usage in percent at which collection begins, 0 … 100
     * @param lowPercent disk usage in percent at which collection ends, 0 … 100
     * @param maxTotalBytes most bytes that the policy's images may take together; empty: no limit
     * @param minAge time since the last use for which an image is kept
     * @param keepLast number of the latest images of each repository that are kept
     * @param exclude globs of full repository names that are never removed
     * @param dryRun true: nothing is removed
     */
    @RecordBuilder
    public record Rules(
            String policy,
            List<String> images,
            int highPercent,
            int lowPercent,
            OptionalLong maxTotalBytes,
            Duration minAge,
            int keepLast,
            List<String> exclude,
            boolean dryRun)
            implements RetentionRulesBuilder.With {

        /**
         * True if the policy applies to an image of these repositories, see {@link Stock#repositories}. Only policies for all
         * images apply to an image without any.
         */
        boolean appliesTo(Set<String> repositories) {
            return images.isEmpty() || anyOf(images, repositories);
        }

        boolean excludes(Set<String> repositories) {
            return anyOf(exclude, repositories);
        }

        private static boolean anyOf(List<String> globs, Set<String> repositories) {
            return repositories.stream().anyMatch(repository -> Policy.match(globs, repository));
        }
    }

    /**
     * The images of an engine and what is known about them: the input of a collection.
     *
     * @param images all images on the engine
     * @param pulled Mayfly's records of the images it pulled, by image id; references in full
     * @param referenced ids, first digits of ids, and full names of images that a workload, one of its revisions, a task or
     *     {@code prePull} may need again
     * @param usedBytes used bytes of the disk that holds the images
     * @param totalBytes size of that disk in bytes; 0: not known
     * @param now when this was observed
     */
    @RecordBuilder
    public record Stock(
            List<StoredImage> images,
            Map<String, PulledImage> pulled,
            Set<String> referenced,
            long usedBytes,
            long totalBytes,
            Instant now)
            implements RetentionStockBuilder.With {

        /** The record of Mayfly's pull of the image; empty: Mayfly gave it no name. */
        Optional<PulledImage> record(StoredImage image) {
            return Optional.ofNullable(pulled.get(image.id()))
                    .filter(known -> !known.references().isEmpty());
        }

        /**
         * Full names of the image's repositories. An image that lost all its names has those that Mayfly pulled it from: with
         * containerd's image store, its digest's name goes with the tag that moves.
         */
        Set<String> repositories(StoredImage image) {
            return image.names().findAny().isPresent()
                    ? image.repositories()
                    : record(image).stream()
                            .flatMap(known -> known.references().stream())
                            .map(StoredImage::repository)
                            .collect(Collectors.toUnmodifiableSet());
        }

        /**
         * True if a user gave the image a name, so that Mayfly keeps it. The digest that comes with a pull by tag is
         * Mayfly's own.
         */
        boolean hasForeignName(StoredImage image, PulledImage known) {
            var repositories =
                    known.references().stream().map(StoredImage::repository).toList();
            return !known.references().containsAll(image.tags())
                    || !image.digests().stream().map(StoredImage::repository).allMatch(repositories::contains);
        }

        /** True if a container uses the image, or something may need it again. */
        public boolean inUse(StoredImage image) {
            return !image.users().isEmpty() || referenced.stream().anyMatch(image::matches);
        }
    }
}
