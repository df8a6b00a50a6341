package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.github.dockerjava.api.model.AuthConfig;
import dev.mayfly.core.image.Credential;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.PulledImage.StartedPull;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RegistryAccessTest {
    private static final String PRIVATE = "r.example/team/app:1";
    private static final OwnerId SHOP = new OwnerId("EphemeralWorkload", "shop", "web", "u1");
    private static final OwnerId BANK = new OwnerId("EphemeralWorkload", "bank", "web", "u2");

    private final RegistryAccess access = new RegistryAccess(registry -> Optional.empty(), InstantSource.system());

    @Test
    void theNamespacesLoginsComeFirstThenTheOperatorsThenNone() {
        var all = new RegistryAccess(
                registry -> Optional.of(RegistryLogin.ofOperator(
                        new AuthConfig().withUsername("operator").withRegistryAddress(registry))),
                InstantSource.system());
        all.credentials(SHOP, List.of(credential("r.example/team", "narrow"), credential("r.example", "wide")));

        assertThat(all.logins(List.of(SHOP), PRIVATE))
                .extracting(
                        RegistryLogin::fingerprint,
                        login -> login.auth().map(AuthConfig::getUsername).orElse("none"))
                .containsExactly(
                        tuple("narrow", "user"),
                        tuple("wide", "user"),
                        tuple(PulledImage.ANYBODY, "operator"),
                        tuple(PulledImage.ANYBODY, "none"));
    }

    /** Others wait for a pull of the same image meanwhile. */
    @Test
    void onlyTheNarrowestOfAnOwnersManyLoginsAreTried() {
        access.credentials(
                SHOP,
                Stream.concat(
                                Stream.of(credential("other.example", "other")),
                                IntStream.range(0, 4096).mapToObj(i -> credential("r.example", "login" + i / 2)))
                        .toList());

        assertThat(fingerprints(SHOP, PRIVATE))
                .startsWith("login0", "login1")
                .endsWith("login7", PulledImage.ANYBODY)
                .hasSize(9);
    }

    @Test
    void eachOwnersLoginsAreTried() {
        access.credentials(
                SHOP,
                IntStream.range(0, 9)
                        .mapToObj(i -> credential("r.example", "shop" + i))
                        .toList());
        access.credentials(BANK, List.of(credential("r.example", "bank")));

        assertThat(access.logins(List.of(SHOP, BANK), PRIVATE))
                .extracting(RegistryLogin::fingerprint)
                .contains("bank");
    }

    @Test
    void noRegistryIsShownWhatIsAnothers() {
        access.credentials(SHOP, List.of(credential("r.example", "mine"), credential("other.example", "theirs")));

        assertThat(fingerprints(SHOP, PRIVATE)).containsExactly("mine", PulledImage.ANYBODY);
        assertThat(fingerprints(SHOP, "busybox")).containsExactly(PulledImage.ANYBODY);
        assertThat(fingerprints(SHOP, "0123456789ab")).containsExactly(PulledImage.ANYBODY);
        assertThat(fingerprints(BANK, PRIVATE)).containsExactly(PulledImage.ANYBODY);
    }

    @Test
    void anImageOfARunningPullIsAvailableToNoOtherOwner() {
        access.credentials(SHOP, List.of(credential("r.example", "mine")));
        var pull = new StartedPull(PRIVATE, "", "mine");
        var guard = access.guarded().begin(pull, "sha256:old"::equals);

        assertThat(access.granted(BANK, image("sha256:old")))
                .as("it was here before")
                .isTrue();
        assertThat(access.granted(BANK, image("sha256:new"))).isFalse();
        access.recordGrant("sha256:new", new RegistryLogin(Optional.empty(), "mine"), false);
        assertThat(access.granted(BANK, image("sha256:other").withTags(List.of("app:dev"))))
                .as("another client built it meanwhile")
                .isTrue();
        guard.over();
        guard.close();

        assertThat(access.granted(BANK, image("sha256:new"))).isFalse();
        assertThat(access.granted(SHOP, image("sha256:new"))).isTrue();
        assertThat(access.granted(BANK, image("sha256:other"))).isTrue();
    }

    @Test
    void theImageOfAnAbandonedPullIsCheckedAfterAnHourAndBelongsToItsRequester() {
        var now = new AtomicReference<>(Instant.EPOCH);
        var later = new RegistryAccess(registry -> Optional.empty(), now::get);
        later.credentials(SHOP, List.of(credential("r.example", "mine")));
        var asked = new ArrayList<StartedPull>();
        later.guarded().whenLongAgo(asked::add);
        var pull = new StartedPull(PRIVATE, "", "mine");
        later.guarded().begin(pull, id -> false).close();
        later.guarded().resolveOverdue();
        assertThat(later.granted(BANK, image("sha256:new"))).isFalse();
        assertThat(asked).isEmpty();

        now.set(Instant.EPOCH.plus(GuardedPulls.ABANDONED).plusSeconds(1));
        assertThat(later.granted(BANK, image("sha256:new"))).isFalse();
        assertThat(asked).as("a question has no effect").isEmpty();
        later.guarded().resolveOverdue();
        later.guarded().resolveOverdue();
        assertThat(later.granted(BANK, image("sha256:new"))).isFalse();
        assertThat(asked).as("once").containsExactly(pull);
        later.cutOff("sha256:new", "mine");
        later.guarded().resolved(pull);

        assertThat(later.granted(BANK, image("sha256:new"))).isFalse();
        assertThat(later.granted(SHOP, image("sha256:new"))).isTrue();
        assertThat(later.granted(BANK, image("sha256:brought-by-hand"))).isTrue();
    }

    @Test
    void aPullThatBeganAgainMeanwhileIsStillGuarded() {
        var now = new AtomicReference<>(Instant.EPOCH);
        var later = new RegistryAccess(registry -> Optional.empty(), now::get);
        var pull = new StartedPull(PRIVATE, "", "mine");
        later.guarded().begin(pull, id -> false).close();
        later.guarded().begin(pull, id -> false);

        later.guarded().resolved(pull);

        assertThat(later.granted(BANK, image("sha256:new"))).isFalse();
    }

    @Test
    void aPublicImageIsStillPublicAfterManyPullsWithCredentials() {
        access.recordGrant("sha256:1", new RegistryLogin(Optional.empty(), PulledImage.ANYBODY), false);
        for (var i = 0; i < 60; i++) {
            access.recordGrant("sha256:1", new RegistryLogin(Optional.empty(), "token-" + i), false);
        }

        assertThat(access.access("sha256:1")).hasSize(50).contains(PulledImage.ANYBODY);
    }

    @Test
    void tokensThatAreNewEveryFewHoursFillNothing() {
        for (var i = 0; i < 60; i++) {
            access.recordGrant("sha256:1", new RegistryLogin(Optional.empty(), "token-" + i), false);
        }

        assertThat(access.access("sha256:1"))
                .hasSize(50)
                .startsWith("token-59", "token-58")
                .endsWith("token-10");
    }

    @Test
    void whatSeveralHaveIsTriedOnce() {
        access.credentials(SHOP, List.of(credential("r.example", "same")));
        access.credentials(BANK, List.of(credential("r.example", "same"), credential("r.example", "more")));

        assertThat(access.logins(List.of(SHOP, BANK), PRIVATE))
                .extracting(RegistryLogin::fingerprint)
                .containsExactly("same", "more", PulledImage.ANYBODY);
    }

    @Test
    void anImagePulledWithOnesSecretIsAnothersOnlyOnceTheRegistryGaveIt() {
        access.credentials(SHOP, List.of(credential("r.example", "shop")));
        access.recordGrant("sha256:1", login("shop"), false);

        assertThat(access.granted(SHOP, image("sha256:1"))).isTrue();
        assertThat(access.granted(BANK, image("sha256:1"))).isFalse();
        access.credentials(BANK, List.of(credential("r.example", "bank")));
        assertThat(access.granted(BANK, image("sha256:1"))).isFalse();

        access.recordGrant("sha256:1", login("bank"), true);
        assertThat(access.granted(BANK, image("sha256:1"))).isTrue();
        assertThat(access.access("sha256:1")).containsExactlyInAnyOrder("shop", "bank");

        access.credentials(SHOP, List.of(credential("r.example", "rotated")));
        assertThat(access.granted(SHOP, image("sha256:1"))).isFalse();
        access.forget(BANK);
        assertThat(access.granted(BANK, image("sha256:1"))).isFalse();
    }

    @Test
    void publicImagesAndImagesOfOtherClientsAreAvailableToAll() {
        access.recordGrant("sha256:2", login(PulledImage.ANYBODY), false);
        access.recordGrant("sha256:3", login("shop"), true);

        assertThat(access.granted(BANK, image("sha256:2"))).isTrue();
        assertThat(access.granted(BANK, image("sha256:3")))
                .as("it was here before")
                .isTrue();
        assertThat(access.granted(BANK, image("sha256:4")))
                .as("it was not pulled")
                .isTrue();
    }

    @Test
    void aRestartForgetsNothing() {
        access.remember(
                List.of(new PulledImage("sha256:1", Set.of(PRIVATE), Instant.EPOCH, Instant.EPOCH, Set.of("shop"))));
        access.credentials(SHOP, List.of(credential("r.example", "shop")));

        assertThat(access.granted(SHOP, image("sha256:1"))).isTrue();
        assertThat(access.granted(BANK, image("sha256:1"))).isFalse();
    }

    @Test
    void noPasswordIsEverShown() {
        access.credentials(SHOP, List.of(credential("r.example", "shop")));

        assertThat(access.logins(List.of(SHOP), PRIVATE) + " " + credential("r.example", "shop")
                        + access.refusal(PRIVATE))
                .doesNotContain("geheim", "user:");
    }

    private List<String> fingerprints(OwnerId owner, String reference) {
        return access.logins(List.of(owner), reference).stream()
                .map(RegistryLogin::fingerprint)
                .toList();
    }

    private static RegistryLogin login(String fingerprint) {
        return new RegistryLogin(Optional.empty(), fingerprint);
    }

    private static Credential credential(String registry, String fingerprint) {
        return new Credential(registry, "user", "geheim", "", fingerprint);
    }

    private static LocalImage image(String id) {
        return LocalImageTest.image(id, List.of(), List.of("r.example/team/app:1"));
    }
}
