package dev.mayfly.fair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Tenants;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairPlacesTest {
    private final List<String> entered = new ArrayList<>();

    @Test
    void oneNamespaceHasHalfOfThePlacesHoweverManyItWantsAndOthersFindSome() {
        var places = new FairPlaces(8);
        for (var i = 0; i < 20; i++) {
            enter(places, "noisy", "owner-" + i);
        }
        assertThat(entered).hasSize(4);

        for (var i = 0; i < 20; i++) {
            enter(places, "noisier", "owner-" + i);
        }
        enter(places, "victim", "web");

        assertThat(entered).contains("victim").hasSize(7);
    }

    @Test
    void aQuietOwnerIsAmongTheNextHoweverManyOthersWait() {
        var places = new FairPlaces(1);
        enter(places, "noisy", "first");
        for (var i = 0; i < 5; i++) {
            enter(places, "noisy", "owner-" + i);
        }
        enter(places, "victim", "web");

        places.leave(Tenants.owner("noisy", "first"));
        places.leave(Tenants.owner(entered.getLast(), "any"));

        assertThat(entered).hasSize(3).contains("victim");
    }

    @Test
    void whoDoesNotWaitGetsAPlaceThatIsFreeForItsNamespaceNow() {
        var places = new FairPlaces(4);
        var noisy = Tenants.owner("noisy", "web");
        assertThat(places.tryEnter(noisy)).isTrue();
        assertThat(places.tryEnter(Tenants.owner("noisy", "other"))).isTrue();
        assertThat(places.tryEnter(noisy)).isFalse();
        assertThat(places.tryEnter(Tenants.owner("victim", "web"))).isTrue();

        places.leave(noisy);

        assertThat(places.tryEnter(noisy)).isTrue();
        assertThat(places.tryEnter(noisy)).isFalse();
    }

    @Test
    void whoGivesUpWaitingTakesNoPlaceAndNoTurn() {
        var places = new FairPlaces(2);
        enter(places, "noisy", "first");
        var waiting = Tenants.owner("noisy", "waiting");
        Runnable gaveUp = () -> entered.add("gave up");
        places.enter(waiting, gaveUp);
        enter(places, "noisy", "next");

        assertThat(places.giveUp(waiting, gaveUp)).isTrue();
        assertThat(places.giveUp(waiting, gaveUp)).isFalse();
        assertThat(places.giveUp(Tenants.owner("unknown", "web"), gaveUp)).isFalse();
        places.leave(Tenants.owner("noisy", "first"));

        assertThat(entered).containsExactly("noisy", "noisy");
    }

    private void enter(FairPlaces places, String namespace, String name) {
        places.enter(Tenants.owner(namespace, name), () -> entered.add(namespace));
    }
}
