package dev.mayfly.docs;

import static dev.mayfly.docs.Sources.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.status.Reason;
import dev.mayfly.operator.event.EventReason;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reasons that the pages for users name exist. */
class ReasonsInPagesTest {
    /** A word in backticks that is written as a reason is. */
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)`");

    private static final Pattern NAMED_AS_REASON = Pattern.compile("(?:reason|`Degraded` is) `(\\w+)`");
    private static final Pattern TEST = Pattern.compile("\\w+(?:Test|IT)");

    /** Kinds, conditions and values in backticks. A new name is either a reason, and on a list, or stands here. */
    private static final Set<String> OTHER_NAMES = words("""
            EphemeralWorkload EphemeralTask ImagePolicy
            Ready Available Progressing Degraded Ephemeral ImageCompliant PrePulled Collecting Complete Failed True False Unknown Refuse Keep NaN RootUser
            Enforce Audit Off Report Always Never IfNotPresent None OnFailure OnSuccess Pause Continue Rollback
            Namespace Bridge Docker Pods Retain Delete ReadWriteOnce ReadWriteOncePod ReadOnlyMany WaitForFirstConsumer
            SetuidFiles PodsMirrored NotAMirror DoesNotExist ReplicaEgressClosed
            """);

    @Test
    void everyNameInBackticksIsAReasonOrAnotherNameThatIsKnown() {
        var named = named(NAME);
        named.removeIf(name -> TEST.matcher(name).matches()); // DocsTest looks for those
        var unknown = new TreeSet<>(named);
        unknown.removeAll(reasons());
        unknown.removeAll(OTHER_NAMES);

        assertThat(named).hasSizeGreaterThan(50).containsAll(OTHER_NAMES);
        assertThat(unknown)
                .as("correct it, or add it to Reason, EventReason or OTHER_NAMES")
                .isEmpty();
    }

    @Test
    void everyNameThatAPageCallsAReasonIsOne() {
        assertThat(named(NAMED_AS_REASON)).hasSizeGreaterThan(4).isSubsetOf(reasons());
    }

    private static Set<String> named(Pattern pattern) {
        return Pages.forUsers()
                .flatMap(page -> pattern.matcher(text(page)).results())
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> reasons() {
        return Stream.concat(Arrays.stream(Reason.values()), Arrays.stream(EventReason.values()))
                .map(Enum::name)
                .collect(Collectors.toSet());
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }
}
