package dev.mayfly.bench.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.bench.claim.Claims.Measurement;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void aBenchWhoseClaimsAreKeptSucceedsAndSaysSoOfEach() {
        assertThat(run(claims -> {
                    claims.measured(Claim.SCALE_UP, 1.08);
                    claims.measured(Claim.SCALE_DOWN, 1.25);
                }))
                .isTrue();
        assertThat(lines())
                .contains("median of 5: claimed ≤ 1.25×, measured 1.08×: kept")
                .contains("measured 1.25×: kept");
    }

    @Test
    void oneMissedClaimFailsTheBench() {
        assertThat(run(claims -> {
                    claims.measured(Claim.SCALE_UP, 1.08);
                    claims.measured(Claim.SCALE_DOWN, 1.26);
                }))
                .isFalse();
        assertThat(lines()).contains("claimed ≤ 1.25×, measured 1.26×: MISSED");
    }

    @Test
    void aClaimThatIsNotMeasuredIsMissed() {
        assertThat(run(claims -> claims.measured(Claim.SCALE_UP, 1.08))).isFalse();
        assertThat(lines()).contains("measured nothing: MISSED");
    }

    @Test
    void noNumberKeepsNoClaim() {
        assertThat(run(claims -> {
                    claims.measured(Claim.SCALE_UP, Double.NaN);
                    claims.measured(Claim.SCALE_UP, 1);
                    claims.measured(Claim.SCALE_DOWN, 1);
                }))
                .isFalse();
    }

    @Test
    void theWorstOfSeveralValuesCounts() {
        assertThat(run(claims -> {
                    claims.measured(Claim.SCALE_UP, 9);
                    claims.measured(Claim.SCALE_UP, 1);
                    claims.measured(Claim.SCALE_DOWN, 1);
                }))
                .isFalse();
    }

    @Test
    void aBenchThatFailsFails() {
        assertThat(run(claims -> {
                    claims.measured(Claim.SCALE_UP, 1);
                    claims.measured(Claim.SCALE_DOWN, 1);
                    throw new AssertionError("the sides differ");
                }))
                .isFalse();
        assertThat(lines()).contains("The bench failed:").contains("the sides differ");
    }

    @Test
    void aRunOfSomethingElseIsNotHeldToTheClaim() {
        assertThat(run(claims -> {
                    claims.notClaimed(Claim.SCALE_UP);
                    claims.measured(Claim.SCALE_DOWN, 1);
                }))
                .isTrue();
        assertThat(lines()).contains("not claimed of this run");
    }

    @Test
    void aBenchWithoutClaimsIsRefused() {
        assertThatThrownBy(() -> new Claims("ClaimsTest")).hasMessageContaining("could not fail");
    }

    private boolean run(Measurement measurement) {
        return new Claims("Bench").run(measurement, new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private String lines() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
