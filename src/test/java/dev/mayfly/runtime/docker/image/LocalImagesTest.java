package dev.mayfly.runtime.docker.image;

import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineSettings.Pulls;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.Measurements;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LocalImagesTest {
    private final AtomicInteger asked = new AtomicInteger();

    /** Otherwise every later launch from that image would wait for the answer, for ever. */
    @Test
    void aDefectFailsTheRequestAndTheNextOneBeginsAnew() {
        try (var images = images()) {
            assertThat(images.ensure(WEB, template("app:1"))).failsWithin(Duration.ofSeconds(60));
            assertThat(images.ensure(WEB, template("app:1"))).failsWithin(Duration.ofSeconds(60));
        }
        assertThat(asked).hasValue(2);
    }

    private LocalImages images() {
        return new LocalImages(
                this::defective,
                new KnownImages(this::defective, InstantSource.system()),
                new RegistryAccess(registry -> Optional.empty(), InstantSource.system()),
                new Pulls(1, Duration.ofSeconds(60)),
                new Announcements(),
                new Measurements(),
                woken -> {},
                InstantSource.system());
    }

    private Engine defective() {
        asked.incrementAndGet();
        throw new StackOverflowError("as a defect would");
    }
}
