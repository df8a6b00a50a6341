package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.image.Credential;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.PulledImage.StartedPull;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.image.AdmittedImages;
import dev.mayfly.runtime.docker.image.KnownImages;
import dev.mayfly.runtime.docker.image.LocalImage;
import dev.mayfly.runtime.docker.image.LocalImages;
import dev.mayfly.runtime.docker.image.RegistryAccess;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.Measurements;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.testing.engine.BothEngines;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Images that are on a real engine, for those who may run them and those who may not. */
@Tag("engine")
@BothEngines
class GrantedImagesTest {
    private static final OwnerId SHOP = new OwnerId("EphemeralWorkload", "shop", "web", "granted-1");
    private static final OwnerId BANK = new OwnerId("EphemeralWorkload", "bank", "web", "granted-2");

    private final Engine engine = new EngineConnector(Settings.of("0a0b0c0d0e0f")).connect();
    private final CompletableFuture<Engine> answering = new CompletableFuture<>();
    private final RegistryAccess access = new RegistryAccess(registry -> Optional.empty(), InstantSource.system());
    private final LocalImages images = images(answering::join);
    private final String id = engine.image("busybox:1.36").orElseThrow().getId();

    GrantedImagesTest() {
        access.credentials(SHOP, List.of(new Credential("r.example", "shop", "geheim", "", "shop")));
        access.recordGrant(id, new RegistryLogin(Optional.empty(), "shop"), false);
    }

    @AfterEach
    void letGo() throws Exception {
        images.close();
        engine.close();
    }

    @Test
    void aRequestThatJoinsAnotherIsCheckedSeparately() {
        var shop = images.ensure(SHOP, template(id));
        var bank = images.ensure(BANK, template(id)); // the engine has not answered yet

        answering.complete(engine);

        assertThat(shop.join().id()).isEqualTo(id);
        assertRefused(bank);
    }

    @Test
    void aRecentlyInspectedImageIsNotAvailableToOthersEither() {
        answering.complete(engine);
        var reference = template("busybox:1.36").withImage(image -> image.withPullPolicy(Template.PullPolicy.Never));
        assertThat(images.ensure(SHOP, reference).join().id()).isEqualTo(id);

        assertRefused(images.ensure(BANK, reference));
    }

    @Test
    void nothingIsHadBeforeItIsKnownWhoseTheImagesAre() {
        answering.complete(engine);
        var forgotten = new RegistryAccess(registry -> Optional.empty(), InstantSource.system());
        var clock = InstantSource.system();
        var asked = new CompletableFuture<Void>();
        try (var all = images(answering::join, forgotten)) {
            var admitted = new AdmittedImages(new ReplicaIndex(), all, new KnownImages(answering::join, clock), clock);
            admitted.gate(new ImageGate() {
                @Override
                public CompletionStage<Optional<Failure>> evaluate(OwnerId owner, Template template, String image) {
                    return OPEN.evaluate(owner, template, image);
                }

                @Override
                public CompletionStage<?> ready() {
                    return asked;
                }
            });
            var launch = new Launch(new ReplicaId(BANK, 0, 1), "v1", template(id), 0, 0, Instant.EPOCH, Priority.SCALE);

            var bank = admitted.ensure(launch);
            all.remember(
                    List.of(new PulledImage(id, Set.of(), Instant.EPOCH, Instant.EPOCH, Set.of("shop"))), List.of());
            asked.complete(null);

            assertRefused(bank);
        }
    }

    @Test
    void anImageOfAPullWithUnknownResultBelongsToItsRequesterOnly() {
        answering.complete(engine);
        var forgotten = new RegistryAccess(registry -> Optional.empty(), InstantSource.system());
        forgotten.credentials(SHOP, List.of(new Credential("r.example", "shop", "geheim", "", "shop")));
        try (var all = images(answering::join, forgotten)) {
            var recorded = new ArrayList<PulledImage>();
            all.onPulled(recorded::add);

            all.remember(List.of(), List.of(new StartedPull("busybox:1.36", id, "shop")));
            assertThat(recorded).as("it was here before").isEmpty();
            all.remember(List.of(), List.of(new StartedPull("busybox:1.36", "", "shop")));

            assertThat(recorded).singleElement().satisfies(image -> {
                assertThat(image.id()).isEqualTo(id);
                assertThat(image.references()).as("so it is never collected").isEmpty();
                assertThat(image.access()).containsExactly("shop");
            });
            assertThat(all.ensure(SHOP, template(id)).join().id()).isEqualTo(id);
            assertRefused(all.ensure(BANK, template(id)));
        }
    }

    @Test
    void theBeginningOfAnIdIsPulledByThatNameAndNotTakenForTheImage() {
        answering.complete(engine);
        var beginning = id.substring("sha256:".length(), "sha256:".length() + 8);

        assertThatThrownBy(() -> images.ensure(
                                SHOP,
                                template(beginning).withImage(image -> image.withPullPolicy(Template.PullPolicy.Never)))
                        .join())
                .hasMessageContaining("Image " + beginning + " is not on the engine");
    }

    private static void assertRefused(CompletableFuture<LocalImage> answer) {
        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ImageUnavailable.class)
                .hasMessageContaining("pulled with credentials that this workload does not have");
    }

    private static Template template(String reference) {
        return Templates.plain()
                .withImage(image -> image.withReference(reference).withPullPolicy(Template.PullPolicy.IfNotPresent));
    }

    private LocalImages images(Supplier<Engine> supplier) {
        return images(supplier, access);
    }

    private static LocalImages images(Supplier<Engine> supplier, RegistryAccess access) {
        var clock = InstantSource.system();
        return new LocalImages(
                supplier,
                new KnownImages(supplier, clock),
                access,
                Settings.of("0a0b0c0d0e0f").pulls(),
                new Announcements(),
                new Measurements(),
                owner -> {},
                clock);
    }
}
