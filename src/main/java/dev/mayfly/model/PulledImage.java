package dev.mayfly.model;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is remembered of an image that Mayfly pulled, also after a restart.
 *
 * @param id its content id, {@code sha256:…}
 * @param references names that our pulls gave it, as workloads wrote them: not those that it had already, which are a person's.
 *     Empty: it was here, and a pull showed only that its registry gives it
 * @param pulledAt when it was pulled last
 * @param usedAt when a replica was last seen to run it, or it was pulled, whatever is later
 * @param access fingerprints of the credentials with which its registry gave it, the latest first; {@link #ANYBODY} before all
 *     where it gave it without
 */
public record PulledImage(String id, Set<String> references, Instant pulledAt, Instant usedAt, Set<String> access) {
    /** In {@link #access}: the registry gave it to one who showed no credentials, or those of the operator itself. */
    public static final String ANYBODY = "anybody";
    /** A token that is new every few hours must not fill the memory: who is forgotten asks the registry again. */
    static final int MOST_ACCESS = 50;

    /** Both in their order, as far as they fit, the later ones first. What is everybody's stays so. */
    public static Set<String> access(Set<String> later, Set<String> earlier) {
        var both = Stream.of(later, earlier).flatMap(Set::stream).toList();
        return Stream.concat(both.stream().filter(ANYBODY::equals), both.stream())
                .distinct()
                .limit(MOST_ACCESS)
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(LinkedHashSet::new), Collections::unmodifiableSet));
    }
}
