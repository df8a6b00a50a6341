package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.RuntimeEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
    private final Announcements announcements = new Announcements();
    private final List<RuntimeEvent> events = new ArrayList<>();

    @BeforeEach
    void listen() {
        announcements.onEvent(events::add);
    }

    /** The first list of containers is read before the operator's controllers start. */
    @Test
    void whoListensFirstHearsOfEarlierEvents() {
        var early = new Announcements();
        early.warn(id(3, 1), "ContainerRenamed", "note");

        early.onEvent(events::add);
        early.onEvent(event -> events.clear());

        assertThat(events).containsExactly(new RuntimeEvent(WEB, "ContainerRenamed", "web-3", "note", true));
    }

    @Test
    void anEventAboutAReplicaNamesIt() {
        announcements.about(id(3, 1), "SuccessfulCreate");

        assertThat(events).containsExactly(new RuntimeEvent(WEB, "SuccessfulCreate", "web-3", "", false));
    }

    @Test
    void anEventAboutAnImageNamesTheWorkloadsThatWaitForIt() {
        announcements.about(WEB, "Pulling", "busybox");
        announcements.about(WEB, "Pulled", "busybox", "4 MB");

        assertThat(events)
                .containsExactly(
                        new RuntimeEvent(WEB, "Pulling", "busybox", "", false),
                        new RuntimeEvent(WEB, "Pulled", "busybox", "4 MB", false));
    }

    @Test
    void aWarningIsMarkedAsOne() {
        announcements.warn(id(3, 1), "FailedDelete", "device busy");

        assertThat(events).containsExactly(new RuntimeEvent(WEB, "FailedDelete", "web-3", "device busy", true));
    }

    @Test
    void everyListenerHearsOfLaterEventsInTheirOrder() {
        var late = new ArrayList<RuntimeEvent>();

        announcements.about(id(0, 1), "SuccessfulCreate");
        announcements.onEvent(late::add);
        announcements.about(id(0, 1), "SuccessfulDelete");

        assertThat(events).extracting(RuntimeEvent::reason).containsExactly("SuccessfulCreate", "SuccessfulDelete");
        assertThat(late).extracting(RuntimeEvent::reason).containsExactly("SuccessfulDelete");
    }
}
