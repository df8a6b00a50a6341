package dev.mayfly.policy;

import dev.mayfly.model.Globs;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What one ImagePolicy says of which images may run.
 *
 * @param name of the ImagePolicy
 * @param enforced true: nothing is started from an image that breaks a rule
 * @param images globs of full names without tag and digest; empty: all images
 * @param namespaces globs; empty: all namespaces
 * @param rules empty: it says nothing of images that run
 */
@RecordBuilder
public record Policy(String name, boolean enforced, List<String> images, List<String> namespaces, Optional<Rules> rules)
        implements PolicyBuilder.With {

    /**
     * The rules; one that is empty or false asks for nothing.
     *
     * @param registries globs of full names without tag and digest
     * @param digest true: the workload names the image by its digest
     * @param maximumSize bytes, 0 or more
     * @param labels glob by name of the label
     */
    @RecordBuilder
    public record Rules(
            List<String> registries,
            boolean digest,
            Optional<Duration> minimumAge,
            Optional<Duration> maximumAge,
            OptionalLong maximumSize,
            Map<String, String> labels,
            boolean nonRoot,
            boolean noSetuid,
            boolean noSecretsInEnv,
            boolean noUncoveredVolumes)
            implements PolicyRulesBuilder.With {
        /** Nothing is asked for. */
        public static final Rules NONE = new Rules(
                List.of(),
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                Map.of(),
                false,
                false,
                false,
                false);
    }

    /** True where it has rules for workloads of that namespace, for some images at least. */
    public boolean rules(String namespace) {
        return rules.isPresent() && (namespaces.isEmpty() || new Globs(namespaces).match(namespace));
    }

    /** True where one of the names is one that it is about. @param names without tag and digest */
    boolean aboutOneOf(Stream<String> names) {
        return images.isEmpty() || names.anyMatch(name -> match(images, name));
    }

    /** The host in a name may be written in capitals as well; the rest has none. */
    static boolean match(List<String> globs, String name) {
        var lowerCase =
                globs.stream().map(glob -> glob.toLowerCase(Locale.ROOT)).toList();
        return new Globs(lowerCase).match(name.toLowerCase(Locale.ROOT));
    }
}
