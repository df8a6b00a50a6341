package dev.mayfly.operator.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Samples;
import dev.mayfly.operator.event.EventRecorder.EventSeries;
import dev.mayfly.runtime.RuntimeEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventSeriesTest {
    private static final Instant NOON = Samples.NOON;

    @Test
    void aBurstIsOneWriteOnceItIsOver() {
        var series = EventSeries.first(created("web-0"), NOON).and(created("web-1"), NOON.plusMillis(900));

        assertThat(series.due(NOON.plusMillis(2000))).isFalse();
        assertThat(series.due(NOON.plusMillis(2900))).isTrue();
        assertThat(series.message()).isEqualTo("Created 2 replicas, last web-1");
        assertThat(series.written().due(NOON.plusSeconds(60))).isFalse();
    }

    @Test
    void aSeriesThatGrowsOnIsWrittenNowAndThen() {
        var series = EventSeries.first(created("web-0"), NOON);
        for (var second = 1; second <= 20; second++) {
            assertThat(series.due(NOON.plusSeconds(second).minusMillis(500))).isFalse();
            series = series.and(
                    created("web-" + second), NOON.plusSeconds(second).minusMillis(100));
        }

        assertThat(series.due(NOON.plusSeconds(20))).isTrue();
        var grown = series.written().and(created("web-21"), NOON.plusSeconds(21));
        assertThat(grown.due(NOON.plusMillis(22500))).isFalse();
        assertThat(grown.due(NOON.plusSeconds(23))).isTrue();
    }

    @Test
    void aWarningIsWrittenAtOnce() {
        var warning = new RuntimeEvent(Samples.WEB, "FailedCreate", "web-0", "no such image", true);

        assertThat(EventSeries.first(warning, NOON).due(NOON)).isTrue();
    }

    @Test
    void oneThatWasNotWrittenIsStillDue() {
        var failed = EventSeries.first(created("web-0"), NOON).written().markedUnwritten();

        assertThat(failed.due(NOON.plusSeconds(2))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Completed          | All 1 completions are reached. | Completed web: All 1 completions are reached.
            ScaledToZero       | No client connected            | Scaled to zero: web: No client connected
            ScaledFromZero     | ''                             | Scaled up from zero: web
            ReleaseInterrupted | Its container is paused.       | Continued web: Its container is paused.
            """)
    void whatWentWellIsNotCalledFailed(String reason, String note, String message) {
        var event = new RuntimeEvent(Samples.WEB, reason, "web", note, false);

        assertThat(EventSeries.first(event, NOON).message()).isEqualTo(message);
    }

    private static RuntimeEvent created(String replica) {
        return new RuntimeEvent(Samples.WEB, "SuccessfulCreate", replica, "", false);
    }
}
