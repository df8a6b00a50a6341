package dev.mayfly.config;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Leader election: one operator at a time works for an installation. The identity is the host's, not the process's, so
 * an operator that was killed and restarted still holds its Lease and continues without waiting for it to expire.
 */
public class LeaseSettings {
    /** Fired when this operator becomes the leader. */
    public record Leading() {}

    private static final Duration RETRY = Duration.ofSeconds(5);

    @Produces
    @Singleton
    LeaderElectionConfiguration lease(MayflyConfig config, Event<Leading> leading) {
        var lease = config.lease();
        // An operator that loses the Lease exits. A short duration would end it whenever the API server is away for a
        // while.
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(lease.name())
                .withLeaseNamespace(config.namespace())
                .withIdentity(lease.identity().orElseGet(LeaseSettings::host))
                .withLeaseDuration(lease.duration())
                .withRenewDeadline(lease.duration().multipliedBy(9).dividedBy(10))
                .withRetryPeriod(RETRY)
                .withLeaderCallbacks(
                        new LeaderCallbacks(() -> leading.fireAsync(new Leading()), () -> {}, leader -> {}))
                .build();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
