package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus.TerminationStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Termination.Exit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TerminationsTest {
    private static final EphemeralWorkloadStatus NONE =
            EphemeralWorkloadStatusBuilder.builder().build();

    @Test
    void aTerminationIsReportedInFull() {
        var reported = merged(NONE, failed(1, 4, 0).withWrites("/etc/a")).getFirst();

        assertThat(reported)
                .isEqualTo(new TerminationStatus(
                        "web-1",
                        4,
                        "c1",
                        139,
                        "SIGSEGV",
                        "Error",
                        "2026-01-01T12:00:00Z",
                        "PID 1 ended.",
                        List.of("/etc/a")));
    }

    @Test
    void unknownFieldsAreAbsent() {
        var lost = new Termination("web-1", 1, "", Optional.empty(), "EngineStopped", NOON, "", List.of(), false);

        assertThat(Terminations.of(null, List.of(lost)))
                .containsExactly(new TerminationStatus(
                        "web-1", 1, null, null, null, "EngineStopped", "2026-01-01T12:00:00Z", null, null));
    }

    @Test
    void withoutTerminationsTheFieldIsAbsent() {
        assertThat(Terminations.merged(NONE, List.of())).isEqualTo(NONE);
    }

    @Test
    void theLatestFiveAreListedLatestFirst() {
        var first = status(failed(0, 1, 0), failed(1, 1, 1), failed(2, 1, 2), failed(3, 1, 3));

        assertThat(merged(first, failed(4, 1, 5), failed(5, 1, 4)))
                .extracting(TerminationStatus::replica)
                .containsExactly("web-4", "web-5", "web-3", "web-2", "web-1");
    }

    @Test
    void requestedTerminationsTakeOnlyFreePlaces() {
        var reported = merged(
                status(failed(0, 1, 0), failed(1, 1, 1), failed(2, 1, 2)), asked(3, 7), asked(4, 8), asked(5, 9));
        assertThat(reported)
                .extracting(TerminationStatus::replica)
                .containsExactly("web-5", "web-4", "web-2", "web-1", "web-0");

        var more = merged(NONE.withLastTerminations(reported), failed(6, 1, 3), failed(7, 1, 4));
        assertThat(more)
                .extracting(TerminationStatus::replica)
                .containsExactly("web-7", "web-6", "web-2", "web-1", "web-0");
    }

    @Test
    void theSameTerminationsAgainChangeNothing() {
        var ends = IntStream.range(0, 9)
                .mapToObj(i -> failed(i, 1, i))
                .map(Sample::termination)
                .toList();
        var once = Terminations.merged(NONE, ends);

        assertThat(Terminations.merged(once, ends)).isEqualTo(once);
        assertThat(Terminations.merged(once, ends.reversed())).isEqualTo(once);
        assertThat(Terminations.merged(once, List.of())).isEqualTo(once);
    }

    @Test
    void aReportedTerminationIsKeptWhenARestartedOperatorKnowsLess() {
        var once = status(failed(1, 4, 0).withWrites("/etc/a"));

        var lost = new Termination(
                "web-1", 4, "c1", Optional.empty(), "EngineStopped", NOON.plusSeconds(9), "?", List.of(), false);

        assertThat(Terminations.merged(once, List.of(lost))).isEqualTo(once);
    }

    @Test
    void theFinalAuditAddsItsFindings() {
        var once = status(failed(1, 4, 0));

        assertThat(merged(once, failed(1, 4, 0).withWrites("/etc/a")).getFirst().writes())
                .containsExactly("/etc/a");
    }

    @Test
    void messagesAndWritesAreBounded() {
        var paths = IntStream.range(0, 30)
                .mapToObj(i -> "/" + i + "\u001b[31m" + "ä".repeat(300))
                .toArray(String[]::new);
        var loud = new Sample(new Termination(
                        "web-1",
                        1,
                        "",
                        Optional.empty(),
                        "Error",
                        NOON,
                        "ü".repeat(3000) + "the end",
                        List.of(),
                        false))
                .withWrites(paths);

        var reported = merged(NONE, loud).getFirst();

        assertThat(reported.message().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(2048);
        assertThat(reported.message()).endsWith("üthe end");
        assertThat(reported.writes())
                .hasSize(20)
                .allSatisfy(path ->
                        assertThat(path.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(256))
                .allSatisfy(path -> assertThat(path).doesNotContain("\u001b"));
    }

    @Test
    void aStatusAwaitsOnlyTerminationsItWouldList() {
        var older = failed(0, 1, 0).termination();
        var five = status(failed(1, 1, 1), failed(2, 1, 2), failed(3, 1, 3), failed(4, 1, 4), failed(5, 1, 5));

        assertThat(Terminations.awaits(null, List.of(older), older)).isTrue();
        assertThat(Terminations.awaits(five, List.of(older), older)).isFalse();
        assertThat(Terminations.awaits(five, List.of(), failed(5, 1, 5).termination()))
                .isFalse();
        var newer = failed(6, 1, 6).termination();
        assertThat(Terminations.awaits(five, List.of(newer), newer)).isTrue();
    }

    /** After a scale to 0 and back a slot has the same attempt again. */
    @Test
    void theEndOfAnotherContainerOfTheSameSlotAndAttemptIsListedToo() {
        var stopped = asked(0, 1);
        var crashed = failed(0, 1, 9).termination().withContainer("c9");
        var once = status(stopped);

        assertThat(Terminations.awaits(once, List.of(stopped.termination(), crashed), crashed))
                .isTrue();
        assertThat(Terminations.merged(once, List.of(stopped.termination(), crashed))
                        .lastTerminations())
                .extracting(TerminationStatus::reason)
                .containsExactly("Error", "Stopped");
    }

    @Test
    void anEndThatAnEarlierVersionListedWithoutItsContainerIsListedOnce() {
        var unnamed = status(new Sample(failed(1, 4, 0).termination().withContainer("")));

        assertThat(merged(unnamed, failed(1, 4, 0))).isEqualTo(merged(NONE, failed(1, 4, 0)));
    }

    private record Sample(Termination termination) {

        Sample withWrites(String... paths) {
            return new Sample(termination.withWrites(List.of(paths)));
        }
    }

    private static Sample failed(int slot, int attempt, int second) {
        return new Sample(new Termination(
                "web-" + slot,
                attempt,
                "c" + slot,
                Optional.of(new Exit(139, "SIGSEGV")),
                "Error",
                NOON.plusSeconds(second),
                "PID 1 ended.",
                List.of(),
                false));
    }

    private static Sample asked(int slot, int second) {
        return new Sample(new Termination(
                "web-" + slot,
                1,
                "c" + slot,
                Optional.of(new Exit(0, "")),
                Termination.STOPPED,
                NOON.plusSeconds(second),
                "",
                List.of(),
                true));
    }

    private static EphemeralWorkloadStatus status(Sample... ends) {
        return NONE.withLastTerminations(merged(NONE, ends));
    }

    private static List<TerminationStatus> merged(EphemeralWorkloadStatus before, Sample... ends) {
        return Terminations.merged(
                        before, List.of(ends).stream().map(Sample::termination).toList())
                .lastTerminations();
    }
}
