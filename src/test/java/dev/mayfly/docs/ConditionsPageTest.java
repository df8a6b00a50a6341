package dev.mayfly.docs;

import static dev.mayfly.docs.Sources.files;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.status.Reason;
import dev.mayfly.operator.event.EventReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/conditions.md} lists every reason of a condition and of an Event. */
class ConditionsPageTest {
    private static final Path MAIN = Path.of("src/main/java/dev/mayfly");
    private static final Pattern WORD = Pattern.compile("\"([A-Z][a-z]+(?:[A-Z][A-Za-z]*)*)\"");

    private static final Pattern TYPE = Pattern.compile(" TYPE = \"(\\w+)\"");

    /** Reasons that the code puts together. */
    private static final Set<String> COMPOSED = Set.of(
            "ConfigMapNotFound",
            "SecretNotFound",
            "ConfigMapUnreadable",
            "SecretUnreadable",
            "ClaimNotFound",
            "ClaimNotBound",
            "ClaimNotUsable",
            "ClaimUnreadable",
            "OOMKilled");

    /** Words in quotes that are no reasons. A new one is either a reason, and on a list, or stands here. */
    private static final Set<String> OTHER_WORDS = words("""
            True False Unknown Warning Normal Failed Complete Ready Available Progressing Degraded Ephemeral ImageCompliant
            PrePulled Collecting Created Removed Continued EphemeralTask EphemeralWorkload Secret ConfigMap Namespace Simulated Docker NotFound
            Unreadable Mi Ki
            Retain Delete Directory File Block Bound Other Observed ReadWriteOncePod ReadOnlyMany WaitForFirstConsumer In NotIn
            Exists DoesNotExist Gt Lt
            UpperDir LowerDir GraphDriver Data Config ContainerConfig CreatedAt ExposedPorts Healthcheck StopSignal Retries Ports
            NetworkSettings Name Username Connection Scratch Address Containerd Containers Namespaces None
            Waiting Downloading Extracting Pulled
            PodsMirrored Pod Running Pending Succeeded Always OnFailure Memory DeleteOptions
            PodReadyToStartContainers Initialized PodScheduled ContainersReady DeletionByPodGC
            Approved Denied Node NoExecute NoSchedule InternalIP MemoryPressure DiskPressure RuntimeDefault
            ExitCode NonZeroExitCode InternalError Success Failure Drain Height Width
            Labels Pods Never Unschedulable DisruptionTarget FallbackToLogsOnError ReadWriteOnce Accept Authorization Location Volumes
            Wrote TaskOver Superseded ScaledDown RolledOut MaxLifetime Lost Ended Deleted ChangedOutside Abandoned
            """);

    @Test
    void theCheckedInPageEqualsARegeneration() throws IOException {
        var page = Path.of("docs", "reference", "conditions.md");
        var generated = ConditionsPage.generate();
        if (Boolean.getBoolean("mayfly.regenerate")) {
            Files.createDirectories(page.getParent());
            Files.writeString(page, generated);
        }
        assertThat(page)
                .as("run 'mvn test -Dtest=ConditionsPageTest -Dmayfly.regenerate=true' and commit the result")
                .hasContent(generated);
    }

    @Test
    void everyReasonThatTheCodeUsesIsListed() {
        var unlisted = used();
        unlisted.removeAll(listed());
        unlisted.removeAll(OTHER_WORDS);

        assertThat(unlisted)
                .as("add it to Reason or EventReason, with its meaning and what to do; or to OTHER_WORDS")
                .isEmpty();
    }

    @Test
    void everyListedReasonIsUsed() {
        var unused = listed();
        unused.removeAll(used());
        unused.removeAll(COMPOSED);

        assertThat(unused).isEmpty();
        assertThat(listed()).containsAll(COMPOSED);
    }

    @Test
    void everyReasonHasItsMeaningAndWhatToDo() {
        var reasons = Stream.concat(
                Arrays.stream(Reason.values()).map(reason -> reason.meaning() + "|" + reason.toDo()),
                Arrays.stream(EventReason.values()).map(reason -> reason.meaning() + "|" + reason.toDo()));

        assertThat(reasons).allSatisfy(text -> assertThat(text).matches("[A-Z`].+\\.\\|[A-Z].+\\."));
    }

    /** Where there is nothing to do or to look at, the row says so. */
    @Test
    void everyReasonThatAsksForSomethingHasACommand() {
        var rows = Pattern.compile("(?m)^\\| `[A-Z]\\w+` \\| .* \\| (.*) \\|$")
                .matcher(ConditionsPage.generate().split("\n## ", 2)[1])
                .results()
                .map(row -> row.group(1))
                .filter(toDo -> !toDo.startsWith("Nothing"))
                .toList();

        assertThat(rows)
                .hasSizeGreaterThan(60)
                .allSatisfy(toDo -> assertThat(toDo).containsPattern("`(kubectl|docker|mayfly) [^`]+`"));
    }

    @Test
    void everyTypeOfAConditionIsInTheTable() {
        var types = files(MAIN.resolve("core/status"), ".java")
                .flatMap(file -> TYPE.matcher(Sources.text(file)).results())
                .map(type -> type.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(types)
                .hasSizeGreaterThan(5)
                .allSatisfy(type -> assertThat(ConditionsPage.generate()).contains("| `" + type + "` | "));
    }

    private static Set<String> listed() {
        return Stream.concat(
                        Stream.concat(Arrays.stream(Reason.values()), Arrays.stream(EventReason.values()))
                                .map(Enum::name),
                        ConditionsPage.OF_PODS_AND_NODES.keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> used() {
        return Stream.of("core", "runtime", "operator", "node")
                .flatMap(room -> files(MAIN.resolve(room), ".java"))
                .flatMap(file -> WORD.matcher(Sources.text(file)).results())
                .map(word -> word.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> words(String text) {
        return new TreeSet<>(Arrays.asList(text.strip().split("\\s+")));
    }
}
