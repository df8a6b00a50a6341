package dev.mayfly.runtime.docker.replica;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SyncTest {

    @Test
    void aContainerThatCannotBeReadConcernsNoOther() {
        assertThatCode(() -> Sync.apart("c1", () -> Objects.requireNonNull(null)))
                .doesNotThrowAnyException();
        assertThatCode(() -> Sync.apart("c1", () -> "".substring(1))).doesNotThrowAnyException();
    }

    @Test
    void silenceOfTheEngineConcernsAll() {
        assertThatThrownBy(() -> Sync.apart("c1", () -> {
                    throw new UncheckedIOException(new IOException("broken pipe"));
                }))
                .isInstanceOf(UncheckedIOException.class);
    }
}
