package dev.mayfly.policy;

import dev.mayfly.model.PulledImage;
import dev.mayfly.model.StoredImage;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;

/** Decides for one policy which images may be removed, while images are removed one by one. */
final class Quota {
    private static final int PERCENT = 100;

    private final RetentionRules rules;
    private final Stock stock;
    private final boolean diskFull;
    private final LayerBytes pulled;
    private final Set<String> latest = new HashSet<>();

    Quota(RetentionRules rules, Stock stock) {
        this.rules = rules;
        this.stock = stock;
        this.diskFull = stock.totalBytes() > 0
                && stock.usedBytes() * (double) PERCENT >= rules.highPercent() * (double) stock.totalBytes();
        var ours = stock.images().stream()
                .filter(rules::about)
                .filter(image -> stock.ours(image).isPresent())
                .toList();
        this.pulled = new LayerBytes(ours);
        var newest = Comparator.comparing((StoredImage image) -> known(image).pulledAt())
                .thenComparing(image -> known(image).usedAt())
                .thenComparing(StoredImage::id)
                .reversed();
        ours.stream()
                .flatMap(image -> image.repositories().stream())
                .distinct()
                .forEach(repository -> ours.stream()
                        .filter(image -> image.repositories().contains(repository))
                        .sorted(newest)
                        .limit(rules.keepLast())
                        .forEach(image -> latest.add(image.id())));
    }

    private PulledImage known(StoredImage image) {
        return stock.ours(image).orElseThrow();
    }

    String policy() {
        return rules.policy();
    }

    boolean about(StoredImage image) {
        return rules.about(image);
    }

    /** @param freed bytes freed by the images removed so far */
    boolean lets(StoredImage image, long freed) {
        return !rules.dryRun()
                && over(freed)
                && !latest.contains(image.id())
                && !rules.excludes(image)
                && !known(image).usedAt().plus(rules.minimumAge()).isAfter(stock.now());
    }

    private boolean over(long freed) {
        var low = rules.lowPercent() * (double) stock.totalBytes() / PERCENT;
        return diskFull && stock.usedBytes() - freed > low
                || rules.maximumBytes().isPresent()
                        && pulled.total() > rules.maximumBytes().getAsLong();
    }

    void gone(StoredImage image) {
        pulled.without(image);
    }
}
