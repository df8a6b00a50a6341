package dev.mayfly.policy;

import dev.mayfly.model.StoredImage;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * When images go that one policy is about.
 *
 * @param policy its name
 * @param images globs of repositories in full; empty: all images
 * @param highPercent 0 to 100: how full the disk is when collection begins
 * @param lowPercent 0 to 100: how full it is when collection ends
 * @param maximumBytes of its images together; empty: no bound
 * @param minimumAge since the last use
 * @param keepLast how many of the latest images of each repository stay
 * @param exclude globs of repositories in full that never go
 * @param dryRun true: nothing goes
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

    /** True where the policy is about the image: by one of its names; one without names is of the policies about all. */
    boolean about(StoredImage image) {
        return images.isEmpty() || anyOf(images, image);
    }

    boolean excludes(StoredImage image) {
        return anyOf(exclude, image);
    }

    private static boolean anyOf(List<String> globs, StoredImage image) {
        return image.repositories().stream().anyMatch(repository -> Policy.match(globs, repository));
    }
}
