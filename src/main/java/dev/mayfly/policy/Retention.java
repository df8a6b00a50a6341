package dev.mayfly.policy;

import dev.mayfly.model.StoredImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Selects the images to remove. An image is removed only if Mayfly pulled it, nobody uses it, no person named it, at
 * least one policy with retention applies to it, and all of those allow its removal.
 */
public final class Retention {
    private Retention() {}

    /**
     * An image to remove.
     *
     * @param policies names of the policies that allow its removal, never empty
     */
    public record Going(StoredImage image, List<String> policies) {}

    /** @return the images to remove, in that order */
    public static List<Going> going(Stock stock, List<RetentionRules> policies) {
        var quotas = policies.stream().map(rules -> new Quota(rules, stock)).toList();
        var disk = new LayerBytes(stock.images());
        var before = disk.total();
        var going = new ArrayList<Going>();
        for (var image : candidates(stock)) {
            var asked = quotas.stream().filter(quota -> quota.about(image)).toList();
            var freed = before - disk.total();
            if (!asked.isEmpty() && asked.stream().allMatch(quota -> quota.lets(image, freed))) {
                going.add(new Going(image, asked.stream().map(Quota::policy).toList()));
                asked.forEach(quota -> quota.gone(image));
                disk.without(image);
            }
        }
        return going;
    }

    /** @return by name of each policy on dry run, the images that would be removed without dry run, in that order */
    public static Map<String, List<StoredImage>> reclaimable(Stock stock, List<RetentionRules> policies) {
        var reclaimable = new HashMap<String, List<StoredImage>>();
        policies.stream()
                .filter(RetentionRules::dryRun)
                .forEach(rules -> reclaimable.put(rules.policy(), new ArrayList<>()));
        if (!reclaimable.isEmpty()) {
            var inEarnest =
                    policies.stream().map(rules -> rules.withDryRun(false)).toList();
            for (var gone : going(stock, inEarnest)) {
                gone.policies().stream()
                        .filter(reclaimable::containsKey)
                        .forEach(policy -> reclaimable.get(policy).add(gone.image()));
            }
        }
        return reclaimable;
    }

    /**
     * The images that may be removed at all: the least recently used first, then the first to be pulled, then by id.
     */
    private static List<StoredImage> candidates(Stock stock) {
        return stock.images().stream()
                .filter(image -> stock.ours(image)
                        .filter(known -> !stock.namedByOthers(image, known))
                        .isPresent())
                .filter(image -> !stock.needed(image))
                .sorted(Comparator.comparing((StoredImage image) ->
                                stock.ours(image).orElseThrow().usedAt())
                        .thenComparing(image -> stock.ours(image).orElseThrow().pulledAt())
                        .thenComparing(StoredImage::id))
                .toList();
    }
}
