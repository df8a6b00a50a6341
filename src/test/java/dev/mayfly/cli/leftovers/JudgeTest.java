package dev.mayfly.cli.leftovers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.cli.leftovers.Leftover.State;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final String CLUSTER = "feedfeedfeed";
    private static final Judge SERVED = new Judge(Set.of(CLUSTER), true, Set.of("uid"), Set.of("shop"));
    private static final Judge UNSERVED = new Judge(Set.of(CLUSTER), false, Set.of("uid"), Set.of("shop"));

    private static final Leftover REPLICA =
            Leftover.onEngine("container", "web", CLUSTER, "").ownedBy("uid");
    private static final Leftover NETWORK =
            Leftover.onEngine("network", "mayfly_shop", CLUSTER, "").in("shop");
    private static final Leftover DIRECTORY = Leftover.onHost("directory", "/run/mayfly", CLUSTER, "");
    private static final Leftover LEASE = Leftover.inCluster("Lease", "mayfly-system", "mayfly", "");
    private static final Leftover CLAIM = Leftover.inCluster("PersistentVolumeClaim", "other", "data", "");

    @Test
    void whatAnOperatorAndItsResourcesNeedIsInUse() {
        assertThat(Set.of(REPLICA, NETWORK, DIRECTORY, LEASE))
                .allMatch(thing -> SERVED.judge(thing).state() == State.IN_USE);
    }

    @Test
    void whatAResourceLeftThatIsGoneIsAnOrphan() {
        assertThat(Set.of(REPLICA.ownedBy("gone"), NETWORK.in("other"), CLAIM))
                .allMatch(thing -> SERVED.judge(thing).state() == State.ORPHAN);
    }

    @Test
    void withoutAnOperatorAllAreOrphans() {
        assertThat(Set.of(REPLICA, NETWORK, DIRECTORY, LEASE))
                .allMatch(thing -> UNSERVED.judge(thing).state() == State.ORPHAN);
    }

    @Test
    void whatBelongsToAnotherClusterIsNotJudged() {
        var other = Leftover.onEngine("container", "web", "deadfeedbeef", "");

        assertThat(SERVED.judge(other).state()).isEqualTo(State.UNKNOWN);
        assertThat(Judge.WITHOUT_CLUSTER.judge(REPLICA).state()).isEqualTo(State.UNKNOWN);
    }

    @Test
    void whatIsMeantToStayIsKept() {
        assertThat(UNSERVED.judge(DIRECTORY.asKept()).state()).isEqualTo(State.KEPT);
    }
}
