package dev.mayfly.config;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import jakarta.enterprise.inject.Instance;
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

    /** Follows the framework's election, which does not end the operator when its Lease is lost. */
    public interface Leader {
        /**
         * Called when this operator holds the Lease, before it reconciles anything.
         *
         * @throws RuntimeException if it must not act: {@link #lost} follows
         */
        void begin();

        /** Called when the election is over: the Lease was not renewed in time, another operator has it, or this one ends. */
        void lost();
    }

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

    /** @param leader asked for only when it is needed: it depends on the runtimes */
    @Produces
    @Singleton
    LeaderElectionConfiguration lease(MayflyConfig config, Instance<Leader> leader) {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(
                        config.lease().name())
                .withLeaseNamespace(config.namespace())
                .withIdentity(identity(config))
                .withLeaseDuration(config.lease().duration())
                .withRenewDeadline(renewDeadline(config))
                .withRetryPeriod(retry(config))
                .withLeaderCallbacks(new LeaderCallbacks(
                        () -> leader.get().begin(), () -> leader.get().lost(), ignored -> {}))
                .build();
    }

    /** The identity under which this operator holds the Lease. */
    public static String identity(MayflyConfig config) {
        return config.lease().identity().orElseGet(LeaseSettings::host);
    }

    /**
     * How long a Lease may stay without a renewal until its holder has lost it: half of its duration. That is noticed only
     * between two requests to the API server, of which one takes more than two minutes if it does not answer.
     */
    public static Duration renewDeadline(MayflyConfig config) {
        return config.lease().duration().dividedBy(2);
    }

    /** Time between two renewals: several fit into the deadline. */
    public static Duration retry(MayflyConfig config) {
        var tenth = config.lease().duration().dividedBy(10);
        return tenth.compareTo(LONGEST_RETRY) < 0 ? tenth : LONGEST_RETRY;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
