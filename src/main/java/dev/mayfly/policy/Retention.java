package dev.mayfly.policy;

import dev.mayfly.model.StoredImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which images go. Only those that Mayfly pulled, that nobody uses, and to which no person gave a name; and only where a policy
 * with retention is about them and each of these lets them go.
 */
public final class Retention {
    private Retention() {}

    /** An image that goes. @param policies that let it, never empty */
    public record Going(StoredImage image, List<String> policies) {}

    /** @return what goes, in that order */
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

    /** @return by policy on dry run what would go if none were, in that order */
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

    /** Those that may go at all: the least recently used first, then the first to be pulled, then by id. */
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
