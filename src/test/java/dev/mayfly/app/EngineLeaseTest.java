package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.app.EngineLease.ClusterLease;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a real API server. */
@Tag("cluster")
class EngineLeaseTest {
    private final ClusterLease store = new ClusterLease(Cluster.client(), Cluster.namespace("lease"), "mayfly");
    private final EngineLease host =
            new EngineLease(store, "feedfeedfeed", "host", "here", "boot", Duration.ofMinutes(10));
    private final EngineLease other =
            new EngineLease(store, "feedfeedfeed", "other", "here", "boot", Duration.ofMinutes(10));
    private final EngineLease same =
            new EngineLease(store, "feedfeedfeed", "host", "there", "boot", Duration.ofMinutes(10));

    @Test
    void aLeaseIsCreatedRenewedBoundAndReleased() {
        assertThat(host.renew()).isEmpty();
        assertThat(store.read().orElseThrow().getMetadata().getLabels())
                .containsEntry("mayfly.dev/cluster", "feedfeedfeed");
        var created = store.read().orElseThrow().getSpec();
        assertThat(created.getHolderIdentity()).isEqualTo("host");
        assertThat(created.getLeaseDurationSeconds()).isEqualTo(600);

        assertThat(host.label()).isTrue();
        assertThat(other.label()).isFalse();
        assertThat(host.bind("engine-1")).isTrue();
        assertThat(other.bind("engine-1")).isFalse();
        assertThat(other.boundElsewhere(() -> Optional.of("engine-1"))).isEmpty();
        assertThat(same.boundElsewhere(() -> Optional.of("engine-1"))).contains("host");
        assertThat(same.boundElsewhere(() -> Optional.of("engine-2"))).isEmpty();
        assertThat(same.bind("engine-1")).isFalse();

        assertThat(host.renew()).isEmpty();
        var renewed = store.read().orElseThrow();
        assertThat(renewed.getSpec().getRenewTime()).isAfter(created.getRenewTime());
        assertThat(renewed.getSpec().getAcquireTime()).isEqualTo(created.getAcquireTime());
        assertThat(renewed.getMetadata().getAnnotations()).containsEntry("mayfly.dev/bound-engine", "engine-1");

        host.release();
        assertThat(same.boundElsewhere(Optional::empty)).isEmpty();
        var released = store.read().orElseThrow();
        assertThat(released.getMetadata().getAnnotations()).isNullOrEmpty();
        assertThat(released.getSpec().getHolderIdentity()).isNullOrEmpty();
    }

    @Test
    void theLeaseOfADeadOperatorOfThisBootIsReleased() {
        host.renew();
        host.bind("engine-1");

        other.releaseFor(holder -> false);
        new EngineLease(store, "feedfeedfeed", "elsewhere", "here", "another boot", Duration.ofMinutes(10))
                .releaseFor(holder -> true);
        assertThat(store.read().orElseThrow().getSpec().getHolderIdentity()).isEqualTo("host");

        same.releaseFor("host"::equals);
        assertThat(store.read().orElseThrow().getSpec().getHolderIdentity()).isEqualTo("host");

        other.releaseFor("host"::equals);
        assertThat(store.read().orElseThrow().getSpec().getHolderIdentity()).isNullOrEmpty();
    }

    @Test
    void anotherOperatorsLeaseIsNotRenewed() {
        other.renew();

        assertThat(host.renew()).contains("other");
    }

    @Test
    void aLeaseThatChangedSinceItWasReadIsNotWritten() {
        host.renew();
        var read = store.read().orElseThrow();
        host.renew();

        assertThatThrownBy(() -> store.write(new LeaseBuilder(read)
                        .editSpec()
                        .withHolderIdentity("other")
                        .endSpec()
                        .build()))
                .isInstanceOf(KubernetesClientException.class);
    }
}
