package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimesTest {

    @Test
    void textThatIsNoTimeIsIgnored() {
        assertThat(Times.instant("yesterday")).isEmpty();
        assertThat(Times.instant(null)).isEmpty();
        assertThat(Times.instant(NOON.toString())).contains(NOON);
    }

    @Test
    void aTimeHasNoFractionOfASecond() {
        assertThat(Times.text(NOON.plusMillis(999))).isEqualTo(NOON.toString());
    }
}
