package dev.mayfly.core.policy;

import dev.mayfly.core.image.StoredImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    public static List<ImageRemoval> toRemove(Stock stock, List<RetentionRules> policies) {
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
    public static Map<String, List<StoredImage>> reclaimable(Stock stock, List<RetentionRules> policies) {
        var reclaimable = new HashMap<String, List<StoredImage>>();
        policies.stream()
                .filter(RetentionRules::dryRun)
                .forEach(rules -> reclaimable.put(rules.policy(), new ArrayList<>()));
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
}
