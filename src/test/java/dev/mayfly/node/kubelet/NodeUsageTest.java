package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.node.PodDirectory.PodReplica;
import dev.mayfly.node.kubelet.Usages.PodUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeUsageTest {
    private static final ReplicaId A = replica(0);
    private static final ReplicaId B = replica(1);
    private static final List<PodReplica> ALL = List.of(pod(A, "uid"), pod(B, "uid"));

    private static ReplicaId replica(int slot) {
        return new ReplicaId(new OwnerId("EphemeralWorkload", "shop", "web", "u1"), slot, 1);
    }

    private static PodReplica pod(ReplicaId replica, String uid) {
        return new PodReplica("shop", replica.replica(), uid, "web", replica, Optional.empty(), new FakeContainers());
    }

    private static PodUsage used(ReplicaId replica, long cpuNanos) {
        return new PodUsage(pod(replica, "uid"), FakeContainers.usage(cpuNanos, 100));
    }

    @Test
    void theSumNeverFalls(@TempDir Path proc) {
        var node = new NodeUsage("here", false, proc);

        assertThat(node.total(List.of(used(A, 10), used(B, 5)), ALL).cpuNanos()).isEqualTo(15);
        assertThat(node.total(List.of(used(A, 12)), ALL).cpuNanos()).isEqualTo(17);
        assertThat(node.total(List.of(used(A, 11), used(B, 6)), ALL).cpuNanos()).isEqualTo(18);
        assertThat(node.total(List.of(), List.of()).cpuNanos()).isEqualTo(18);
        assertThat(node.total(List.of(used(A, 2)), List.of(pod(A, "uid"))).cpuNanos())
                .isEqualTo(20);
        assertThat(node.total(List.of(used(A, 2), used(B, 1)), List.of(pod(A, "uid")))
                        .workingSetBytes())
                .isEqualTo(200);
    }

    /** After a scale to 0 and back a slot has the same attempt again. */
    @Test
    void theNextContainerOfTheSameSlotAndAttemptIsCountedFromZero(@TempDir Path proc) {
        var node = new NodeUsage("here", false, proc);
        var next = pod(A, "next");

        node.total(List.of(used(A, 10)), List.of(pod(A, "uid")));

        assertThat(node.total(List.of(new PodUsage(next, FakeContainers.usage(3, 100))), List.of(next))
                        .cpuNanos())
                .isEqualTo(13);
    }

    @Test
    void onTheEnginesHostTheKernelCounts(@TempDir Path proc) throws Exception {
        Files.writeString(proc.resolve("stat"), "cpu  1 2 3 1000 1000 4 5 1000 1000 1000\ncpu0 1 2 3 4 5 6 7 8 9 10\n");
        Files.writeString(proc.resolve("meminfo"), "MemTotal:  100 kB\nMemFree:   1 kB\nMemAvailable:   40 kB\n");

        var total = new NodeUsage("here", true, proc).total(List.of(used(A, 10)), List.of(pod(A, "uid")));

        assertThat(total.cpuNanos()).isEqualTo(150_000_000);
        assertThat(total.workingSetBytes()).isEqualTo(60 * 1024);
    }

    @Test
    void withoutTheKernelsCountersTheContainersAreCounted(@TempDir Path empty) {
        assertThat(new NodeUsage("here", true, empty)
                        .total(List.of(used(A, 10)), List.of(pod(A, "uid")))
                        .cpuNanos())
                .isEqualTo(10);
    }
}
