package dev.mayfly.core.policy;

import dev.mayfly.core.image.StoredImage;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * When the images of one policy are removed.
 *
 * @param policy name of the policy
 * @param images globs of full repository names; empty: all images
 * @param highPercent disk usage in percent at which collection begins, 0 … 100
 * @param lowPercent disk usage in percent at which collection ends, 0 … 100
 * @param maximumBytes most bytes that the policy's images may take together; empty: no limit
 * @param minimumAge time since the last use for which an image is kept
 * @param keepLast number of the latest images of each repository that are kept
 * @param exclude globs of full repository names that are never removed
 * @param dryRun true: nothing is removed
 */
@RecordBuilder
public record RetentionRules(
        String policy,
        List<String> images,
        int highPercent,
        int lowPercent,
        OptionalLong maximumBytes,
        Duration minimumAge,
        int keepLast,
        List<String> exclude,
        boolean dryRun)
        implements RetentionRulesBuilder.With {

    /**
     * True if the policy applies to the image by one of its names. Only policies for all images apply to an image
     * without names.
     */
    boolean appliesTo(StoredImage image) {
        return images.isEmpty() || anyOf(images, image);
    }

    boolean excludes(StoredImage image) {
        return anyOf(exclude, image);
    }

    private static boolean anyOf(List<String> globs, StoredImage image) {
        return image.repositories().stream().anyMatch(repository -> Policy.match(globs, repository));
    }
}
