package dev.mayfly.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DnsLabelTest {

    @Test
    void lettersAndDigitsAreKeptAndADashStandsForTheRest() {
        assertThat(DnsLabel.of("/My_app.1/", 50)).isEqualTo("my-app-1");
        assertThat(DnsLabel.of("/var/lib/\uD83E\uDEB0/data", 50)).isEqualTo("var-lib-data");
        assertThat(DnsLabel.of("///", 50)).isEmpty();
    }

    @Test
    void aCutLeavesNoDashAtTheEnd() {
        assertThat(DnsLabel.of("abc-def", 4)).isEqualTo("abc");
        assertThat(DnsLabel.of("abc-def", 5)).isEqualTo("abc-d");
    }
}
