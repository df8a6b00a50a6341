package dev.mayfly.runtime.docker.image;

import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Tenants;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineSettings.Pulls;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.Measurements;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
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

    /** Each would take a thread and memory, so the operator would end. */
    @Test
    void aNamespaceWaitsForSoManyImagesAndOthersForTheirs() {
        try (var images = images(this::silent)) {
            for (var image = 0; image < 200; image++) {
                assertThat(images.ensure(WEB, template("app:" + image))).isNotDone();
            }
            assertThat(images.ensure(WEB, template("app:200")))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(ImageUnavailable.class)
                    .withMessageContaining("Image app:200 is not looked for yet");
            assertThat(images.ensure(WEB, template("app:199"))).isNotDone();
            assertThat(images.ensure(Tenants.owner("other", "web"), template("other:1")))
                    .isNotDone();
        }
    }

    private LocalImages images() {
        return images(this::defective);
    }

    private LocalImages images(Supplier<Engine> engine) {
        return new LocalImages(
                engine,
                new KnownImages(engine, InstantSource.system()),
                new RegistryAccess(registry -> Optional.empty(), InstantSource.system()),
                new Pulls(1, Duration.ofSeconds(60)),
                new Announcements(),
                new Measurements(),
                woken -> {},
                InstantSource.system());
    }

    private Engine silent() {
        try {
            new CountDownLatch(1).await();
            throw new AssertionError();
        } catch (InterruptedException closed) {
            throw new IllegalStateException(closed);
        }
    }

    private Engine defective() {
        asked.incrementAndGet();
        throw new StackOverflowError("as a defect would");
    }
}
