package dev.mayfly.core.policy;

import dev.mayfly.core.model.Globs;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The part of an ImagePolicy that decides which images may run.
 *
 * @param name name of the ImagePolicy
 * @param enforced true: nothing is started from an image that breaks a rule; false: violations are only reported
 * @param images globs of full names without tag and digest; empty: all images
 * @param namespaces globs; empty: all namespaces
 * @param rules empty: the policy has no rules about images that run
 */
@RecordBuilder
public record Policy(String name, boolean enforced, List<String> images, List<String> namespaces, Optional<Rules> rules)
        implements PolicyBuilder.With {

    /**
     * The rules. A rule that is empty or false asks for nothing.
     *
     * @param registries globs of full names without tag and digest
     * @param digest true: the workload must name the image by its digest
     * @param maxSize in bytes, 0 or more
     * @param labels glob of the value, by name of the label
     * @param forbidden what the image must not have
     */
    @RecordBuilder
    public record Rules(
            List<String> registries,
            boolean digest,
            Optional<Duration> minAge,
            Optional<Duration> maxAge,
            OptionalLong maxSize,
            Map<String, String> labels,
            Set<Forbidden> forbidden)
            implements PolicyRulesBuilder.With {
        /** Asks for nothing. */
        public static final Rules NONE = new Rules(
                List.of(), false, Optional.empty(), Optional.empty(), OptionalLong.empty(), Map.of(), Set.of());

        boolean forbids(Forbidden what) {
            return forbidden.contains(what);
        }
    }

    /** A property that an image must not have, in the words of {@code spec.forbid}. Its name is the rule that a violation names. */
    public enum Forbidden {
        RootUser,
        SecretsInEnv,
        SetuidFiles,
        UncoveredVolumes
    }

    /** True if the policy has rules for workloads of that namespace, for some images at least. */
    public boolean appliesTo(String namespace) {
        return rules.isPresent() && (namespaces.isEmpty() || new Globs(namespaces).match(namespace));
    }

    /**
     * True if the policy applies to an image with one of these names.
     *
     * @param names names without tag and digest
     */
    boolean appliesToAny(Stream<String> names) {
        return images.isEmpty() || names.anyMatch(name -> match(images, name));
    }

    /** Ignores case, because a host name may be written in capitals; the rest of an image name has none. */
    static boolean match(List<String> globs, String name) {
        var lowerCase =
                globs.stream().map(glob -> glob.toLowerCase(Locale.ROOT)).toList();
        return new Globs(lowerCase).match(name.toLowerCase(Locale.ROOT));
    }
}
