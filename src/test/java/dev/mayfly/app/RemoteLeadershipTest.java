package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.config.LeaseSettings;
import dev.mayfly.core.model.Samples;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An operator that can't be fenced off, since its engine is on another host. */
class RemoteLeadershipTest extends LeadershipFixture {
    @Test
    void anOperatorThatReachesItsEngineOverTheNetworkExits() {
        var remote = leading(overNetwork("remote", Optional.of(ENGINE)));

        cluster.reachable = false;
        remote.leadership().lost();

        await().until(() -> remote.exits().get() == 1);
        assertThat(remote.engine().acts.getAsBoolean()).isFalse();
    }

    @Test
    void aClockThatWasSetForwardEndsNoOperatorWhoseApiServerAnswers() {
        var remote = leading(overNetwork("remote", Optional.of(ENGINE)));

        remote.leadership().lost(); // the framework's deadline is the wall clock's

        await().until(() -> cluster.renewals > 1);
        stays(remote);
        cluster.reachable = false;
        await().until(() -> remote.exits().get() == 1);
    }

    @Test
    void oneThatKnowsItsSuccessorChangesNothingAnyMore() {
        var remote = leading(overNetwork("remote", Optional.of(ENGINE)));
        assertThat(remote.engine().acts.getAsBoolean()).isTrue();

        cluster.takenBy("other");
        remote.leadership().lost();

        await().until(() -> remote.exits().get() == 1);
        assertThat(remote.engine().acts.getAsBoolean()).isFalse();
    }

    @Test
    void aLeaseShorterThanACallLetsItsHolderAct() {
        var lease = Duration.ofSeconds(30);

        assertThat(LeaseTiming.of(lease, Duration.ofMinutes(1)).valid()).isEqualTo(LeaseSettings.renewDeadline(lease));
    }

    @Test
    void nothingIsChangedWhileNoRenewalIsKnownOf() {
        var remote = leading(overNetwork("remote", MOMENT));

        await().until(() -> !remote.engine().acts.getAsBoolean()); // as in a process that was paused

        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            cluster.renew();
            return remote.engine().acts.getAsBoolean();
        });
        cluster.takenBy("other");
        await().until(() -> !remote.engine().acts.getAsBoolean());
    }

    @Test
    void theLeaseOfOneThatEndsExpiresOnceNoneOfItsRequestsIsUnderWay() throws Exception {
        var remote = leading(overNetwork("remote", Optional.of(ENGINE)));
        await().until(() -> cluster.lease.getMetadata().getLabels() != null);

        remote.end();

        var spec = cluster.lease.getSpec();
        assertThat(spec.getHolderIdentity()).as("others wait").isEqualTo("remote");
        assertThat(spec.getLeaseDurationSeconds()).isEqualTo(60);
        assertThat(spec.getRenewTime()).isEqualTo(Samples.NOON.atZone(ZoneOffset.UTC));
        assertThat(remote.engine().closed).as("before").contains(cluster.writes - 1);
    }
}
