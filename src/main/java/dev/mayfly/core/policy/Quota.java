package dev.mayfly.core.policy;

import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.policy.Retention.Rules;
import dev.mayfly.core.policy.Retention.Stock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decides for one policy which images may be removed, while images are removed one by one. */
final class Quota {
    private static final int PERCENT = 100;

    private final Rules rules;
    private final Stock stock;
    private final boolean diskFull;
    private final LayerBytes pulled;
    private final Set<String> latest = new HashSet<>();

    Quota(Rules rules, Stock stock) {
        this.rules = rules;
        this.stock = stock;
        this.diskFull = stock.totalBytes() > 0
                && stock.usedBytes() * (double) PERCENT >= rules.highPercent() * (double) stock.totalBytes();
        var pulledImages = stock.images().stream()
                .filter(this::appliesTo)
                .filter(image -> stock.record(image).isPresent())
                .toList();
        this.pulled = new LayerBytes(pulledImages);
        var newest = Comparator.comparing((StoredImage image) -> pulled(image).pulledAt())
                .thenComparing(image -> pulled(image).usedAt())
                .thenComparing(StoredImage::id)
                .reversed();
        pulledImages.stream()
                .flatMap(image -> stock.repositories(image).stream())
                .distinct()
                .forEach(repository -> pulledImages.stream()
                        .filter(image -> stock.repositories(image).contains(repository))
                        .sorted(newest)
                        .limit(rules.keepLast())
                        .forEach(image -> latest.add(image.id())));
    }

    private PulledImage pulled(StoredImage image) {
        return stock.record(image).orElseThrow();
    }

    String policy() {
        return rules.policy();
    }

    boolean appliesTo(StoredImage image) {
        return rules.appliesTo(stock.repositories(image));
    }

    /** @param freed bytes freed by the images removed so far */
    boolean allowsRemoval(StoredImage image, long freed) {
        return !rules.dryRun()
                && over(freed)
                && !latest.contains(image.id())
                && !rules.excludes(stock.repositories(image))
                && !pulled(image).usedAt().plus(rules.minAge()).isAfter(stock.now());
    }

    private boolean over(long freed) {
        var low = rules.lowPercent() * (double) stock.totalBytes() / PERCENT;
        return diskFull && stock.usedBytes() - freed > low
                || rules.maxTotalBytes().isPresent()
                        && pulled.total() > rules.maxTotalBytes().getAsLong();
    }

    void removed(StoredImage image) {
        pulled.without(image);
    }

    /** The total size of some images in bytes, with shared layers counted once. */
    static final class LayerBytes {
        private final Map<String, Integer> holders = new HashMap<>();
        private long total;

        LayerBytes(List<StoredImage> images) {
            for (var image : images) {
                for (var layer : image.layers()) {
                    if (holders.merge(layer.id(), 1, Integer::sum) == 1) {
                        total += layer.bytes();
                    }
                }
            }
        }

        /** @param image one of these images */
        void without(StoredImage image) {
            for (var layer : image.layers()) {
                if (holders.merge(layer.id(), -1, Integer::sum) == 0) {
                    total -= layer.bytes();
                }
            }
        }

        long total() {
            return total;
        }
    }
}
