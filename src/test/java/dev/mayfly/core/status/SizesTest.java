package dev.mayfly.core.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1Ki",
        "1024, 1Ki",
        "1025, 2Ki",
        "1048575, 1024Ki",
        "1048576, 1Mi",
        "1048577, 2Mi",
        "21474836480, 20480Mi"
    })
    void isRoundedUpToAUnitThatReads(long bytes, String text) {
        assertThat(Sizes.of(bytes)).hasToString(text);
    }

    @Test
    void isReadBack() {
        assertThat(Sizes.bytes(Sizes.of(5 << 20))).isEqualTo(5 << 20);
        assertThat(Sizes.bytes(new Quantity("1.5Gi"))).isEqualTo(3L << 29);
        assertThat(Sizes.bytes(null)).isZero();
    }
}
