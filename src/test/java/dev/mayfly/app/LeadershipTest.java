package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who acts on an engine when the Lease is not renewed in time. */
class LeadershipTest extends LeadershipFixture {
    @Test
    void anOperatorOnItsEnginesHostGoesOnForAsLongAsTheApiServerIsAway() throws IOException {
        var host = leading(onHost("host"));
        await().until(() -> cluster.boundTo().equals(Optional.of("host")));

        cluster.reachable = false;
        host.leadership().lost();
        stays(host);
        assertThat(host.leadership().holds()).isFalse();
        cluster.reachable = true;

        await().until(host.leadership()::holds);
        assertThat(cluster.renewals).isPositive();
        stays(host);
        assertThat(cluster.holder()).isEqualTo("host");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLeaseSaysOfWhichInstallationItIs(boolean local) throws IOException {
        leading(local ? onHost("operator") : overNetwork("operator", Optional.of(ENGINE)));

        await().untilAsserted(() -> assertThat(cluster.lease.getMetadata().getLabels())
                .containsEntry("mayfly.dev/cluster", "feedfeedfeed"));
    }

    @Test
    void aStandbyOfThisHostTakesOverAndTheFirstExitsAlthoughNoApiServerTellsIt() throws IOException {
        var host = leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());

        var standby = onHost("host-2");
        cluster.takenBy("host-2"); // the Lease had expired
        standby.leadership().begin();

        assertThat(host.fence().orElseThrow().isOurs()).as("at once").isFalse();
        await().until(() -> host.exits().get() == 1);
        assertThat(standby.leads()).hasValue(1);
        await().until(() -> cluster.boundTo().equals(Optional.of("host-2")));
        stays(standby);
    }

    @Test
    void aStandbyReleasesTheLeaseOfALeaderThatDiedAndOfNoOther() throws Exception {
        var host = leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());
        var standby = onHost("host-2");
        var elsewhere = elsewhere("other", "engine-2");

        standby.leadership().follows("host");
        elsewhere.leadership().follows("host");

        await().during(MOMENT).until(() -> cluster.holder().equals("host"));
        host.fence().orElseThrow().close(); // as the kernel does when it is killed
        await().until(() -> cluster.holder().isEmpty());
        assertThat(cluster.boundTo()).isEmpty();
    }

    @Test
    void theSuccessorTakesTheLeaseBackThatItsPredecessorRenewedLate() throws IOException {
        var host = leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());
        var standby = onHost("host-2");
        cluster.takenBy("host-2");
        standby.leadership().begin();
        await().until(() -> cluster.boundTo().equals(Optional.of("host-2")));

        cluster.takenBy("host"); // by a request that was under way
        standby.leadership().lost();

        await().until(() -> cluster.holder().equals("host-2"));
        stays(standby);
        await().until(() -> host.exits().get() > 0);
    }

    @Test
    void anOperatorElsewhereNeverActsOnTheEngineThatOneIsBoundTo() throws IOException {
        leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());

        var other = overNetwork("other", Optional.of(ENGINE));
        cluster.takenBy("other"); // the Lease had expired

        assertThat(other.leadership().holds()).isFalse();
        assertThatThrownBy(other.leadership()::begin)
                .hasMessageContaining("Operator host is bound to this engine")
                .hasMessageContaining("delete its Lease");
        other.leadership().lost();
        assertThat(other.leads()).hasValue(0);
        assertThat(other.exits()).hasValue(1);
    }

    @Test
    void neitherDoesOneThatDoesNotKnowWhichEngineItHas() throws IOException {
        leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());

        var other = overNetwork("other", Optional.empty());
        cluster.takenBy("other");

        assertThatThrownBy(other.leadership()::begin).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void norDoesOneOfTheSameIdentityThatSharesNoDirectory() throws IOException {
        leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());

        var ofAnotherUser = elsewhere("host", ENGINE);

        assertThatThrownBy(ofAnotherUser.leadership()::begin).hasMessageContaining("Operator host is bound");
        assertThat(ofAnotherUser.leads()).hasValue(0);
    }

    @Test
    void ofTwoWithOneIdentityThatBeginTogetherOneExits() throws Exception {
        cluster.takenBy("host");
        cluster.bindable = false;
        var first = leading(onHost("host"));
        var second = leading(elsewhere("host", ENGINE));

        cluster.bindable = true;

        await().until(() -> first.exits().get() + second.exits().get() == 1);
        var stays = first.exits().get() == 0 ? first : second;
        stays(stays);
        (stays == first ? second : first).end();
        assertThat(cluster.holder()).as("the Lease is the other one's").isEqualTo("host");
        assertThat(cluster.boundTo()).contains("host");
    }

    @Test
    void aDeadOperatorOfAnotherDirectoryIsNotTakenForTheBoundOne() throws IOException {
        leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());
        var dead = elsewhere("host", ENGINE);
        var standby = elsewhere("host-2", ENGINE);
        dead.fence().orElseThrow().close();

        standby.leadership().follows("host");

        await().during(MOMENT).until(() -> cluster.holder().equals("host"));
    }

    @Test
    void theBoundOperatorTakesTheLeaseBack() throws IOException {
        var host = leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());
        cluster.takenBy("other");

        host.leadership().lost();

        await().until(() -> cluster.holder().equals("host"));
        stays(host);
    }

    @Test
    void anOperatorOnAnotherEngineTakesOverAndTheFirstExits() throws IOException {
        var host = leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());
        cluster.takenBy("other");
        var other = leading(elsewhere("other", "engine-2"));
        await().until(() -> cluster.boundTo().equals(Optional.of("other")));

        host.leadership().lost();

        await().until(() -> host.exits().get() == 1);
        assertThat(host.engine().acts.getAsBoolean()).isFalse();
        assertThat(other.leads()).hasValue(1);
    }

    @Test
    void anOperatorThatRestartsLeadsAtOnce() throws IOException {
        var host = leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());
        host.fence().orElseThrow().close(); // as the kernel does when it is killed

        assertThat(leading(onHost("host")).leads()).hasValue(1);
    }

    @Test
    void anOperatorThatEndsReleasesTheLeaseAndIsNotBoundAnyMore() throws Exception {
        var host = leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());
        host.end();
        host.leadership().lost(); // the framework calls it then, too

        assertThat(cluster.holder()).as("nobody waits for it to expire").isEmpty();
        cluster.takenBy("other");

        assertThat(leading(overNetwork("other", Optional.of(ENGINE))).leads()).hasValue(1);
        assertThat(host.exits()).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLastRenewalOfTheFrameworkDoesNotKeepTheLeaseFromBeingReleased(boolean local) throws Exception {
        var operator = leading(local ? onHost("host") : overNetwork("host", Optional.of(ENGINE)));
        await().until(() -> !local || cluster.boundTo().isPresent());
        var writes = cluster.writes;
        cluster.conflicts = 2;

        operator.end();

        assertThat(cluster.writes).as("released").isGreaterThan(writes);
        assertThat(cluster.holder().isEmpty()).isEqualTo(local);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOperatorThatIsStoppedWhileItBeginsKeepsNoLease(boolean local) throws Exception {
        var operator = local ? onHost("host") : overNetwork("host", Optional.of(ENGINE));
        cluster.takenBy("host");
        operator.engine().connects = () -> assertThatCode(operator::end).doesNotThrowAnyException();

        assertThatThrownBy(operator.leadership()::begin).isInstanceOf(IllegalStateException.class);

        assertThat(operator.leads()).hasValue(0);
        assertThat(cluster.holder()).isEqualTo(local ? "" : "host");
        assertThat(cluster.lease.getSpec().getLeaseDurationSeconds())
                .as("released, or expires after a call")
                .isEqualTo(local ? 1 : 60);
    }

    @Test
    void anOperatorThatWentOnWithoutTheFrameworkDoesNotTakeItsLeaseBackWhenItEnds() throws Exception {
        var host = leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());
        host.leadership().lost();
        await().until(() -> cluster.renewals > 1);

        host.end();

        await().during(MOMENT).until(() -> cluster.holder().isEmpty());
    }

    @Test
    void anOperatorThatIsStoppingDoesNotBegin() throws Exception {
        var host = onHost("host");
        host.end();

        assertThatThrownBy(host.leadership()::begin).isInstanceOf(IllegalStateException.class);
        assertThat(host.engine().starts).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLeaseThatNobodyHoldsIsTaken(boolean withSpec) throws IOException {
        var host = leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());
        cluster.lease = new LeaseBuilder(cluster.lease)
                .withSpec(withSpec ? new LeaseSpec() : null)
                .build();

        host.leadership().lost();

        await().until(() -> cluster.lease.getSpec() != null && "host".equals(cluster.holder()));
        stays(host);
    }

    @Test
    void anErrorOfAnyKindEndsNoRenewals() throws IOException {
        var host = leading(onHost("host"));
        host.leadership().lost();
        await().until(() -> cluster.renewals > 0);

        cluster.broken = true;
        await().until(() -> cluster.failures > 0);
        var before = cluster.renewals;
        cluster.broken = false;

        await().until(() -> cluster.renewals > before);
    }

    @Test
    void aLeaseThatSomebodyDeletedIsCreatedAgain() throws IOException {
        var host = leading(onHost("host"));
        await().until(() -> cluster.boundTo().isPresent());
        cluster.lease = null;

        host.leadership().lost();

        await().until(() -> cluster.lease != null && cluster.holder().equals("host"));
        stays(host);
    }
}
