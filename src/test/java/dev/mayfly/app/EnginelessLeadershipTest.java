package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.config.Configs;
import dev.mayfly.config.LeaseSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An operator without an engine, which changes nothing but through the API server. */
class EnginelessLeadershipTest extends LeadershipFixture {

    /** A standby tries once a second, and then starts. */
    @Test
    void itsLeaseExpiresInTimeForASuccessor() {
        assertThat(LeaseSettings.duration(Configs.of(Map.of()), true)).isLessThanOrEqualTo(Duration.ofSeconds(10));
    }

    /** Its Pod would be restarted with a back-off of minutes. */
    @Test
    void itOutlivesAnOutageOfTheApiServerAndChangesNothingMeanwhile() {
        var operator = leading(withoutEngine("pods", MOMENT));

        cluster.reachable = false;
        operator.leadership().lost();

        await().until(() -> !operator.engine().acts.getAsBoolean());
        assertThat(operator.leadership().holds()).isFalse();
        stays(operator);
        cluster.reachable = true;
        await().until(() -> operator.engine().acts.getAsBoolean());
        assertThat(operator.leadership().holds()).isTrue();
        assertThat(cluster.holder()).isEqualTo("pods");
    }

    @Test
    void itExitsOnceAnotherOneLeads() {
        var operator = leading(withoutEngine("pods", Duration.ofSeconds(10)));

        cluster.takenBy("other");
        operator.leadership().lost();

        await().until(() -> operator.exits().get() == 1);
        assertThat(operator.engine().acts.getAsBoolean()).isFalse();
    }

    @Test
    void itsSuccessorNeedNotWaitIfItEndsInOrder() throws Exception {
        var operator = leading(withoutEngine("pods", Duration.ofSeconds(10)));
        await().until(() -> cluster.lease.getMetadata().getLabels() != null);

        operator.end();

        assertThat(cluster.lease.getSpec().getLeaseDurationSeconds()).isEqualTo(1);
    }
}
