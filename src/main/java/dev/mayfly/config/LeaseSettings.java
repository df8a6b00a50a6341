package dev.mayfly.config;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/**
 * Leader election: one operator at a time works for an installation. The identity is the host's, not the process's, so
 * an operator that was killed and restarted still holds its Lease and continues without waiting for it to expire.
 */
public class LeaseSettings {
    /** Fired when this operator becomes the leader. */
    public record Leading() {}

    /** Whether this operator has the Lease. */
    public interface Holder {
        /** True while this operator holds the Lease as far as it knows, false once it was not renewed in time. */
        boolean holds();
    }

    /** Follows the framework's election, which does not end the operator when its Lease is lost. */
    public interface Leader extends Holder {
        /** The identity under which this operator holds the Lease. */
        String identity();

        /** Time after which another operator takes over the Lease of one that vanished. */
        Duration leaseDuration();

        /** Called when the Lease has another holder than before. @param leader its identity; may be this operator's */
        void follows(String leader);

        /**
         * Called when this operator holds the Lease, before it reconciles anything.
         *
         * @throws RuntimeException if it must not act: {@link #lost} follows
         */
        void begin();

        /** Called when the election is over: the Lease was not renewed in time, another operator has it, or this one ends. */
        void lost();
    }

    /** A successor is to have taken over within 15 s: it tries once a second, and then starts. */
    private static final Duration USUAL = Duration.ofSeconds(10);
    /** Longer than a request to an API server that does not answer. */
    private static final Duration OVER_THE_NETWORK = Duration.ofMinutes(10);

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

    /** @param leader asked for only when it is needed: it depends on the runtimes */
    @Produces
    @Singleton
    LeaderElectionConfiguration lease(MayflyConfig config, Instance<Leader> leader) {
        return new Election(config, leader);
    }

    /** Knows only when the election begins who this operator is, since that depends on the engine. */
    private static final class Election extends LeaderElectionConfiguration {
        private final Instance<Leader> leader;

        Election(MayflyConfig config, Instance<Leader> leader) {
            super(
                    config.lease().name(),
                    config.namespace(),
                    OVER_THE_NETWORK,
                    renewDeadline(OVER_THE_NETWORK),
                    retry(OVER_THE_NETWORK),
                    null,
                    new LeaderCallbacks(
                            () -> leader.get().begin(),
                            () -> leader.get().lost(),
                            other -> leader.get().follows(other)),
                    false);
            this.leader = leader;
        }

        @Override
        public Optional<String> getIdentity() {
            return Optional.of(leader.get().identity());
        }

        @Override
        public Duration getLeaseDuration() {
            return leader.get().leaseDuration();
        }

        @Override
        public Duration getRenewDeadline() {
            return renewDeadline(getLeaseDuration());
        }

        @Override
        public Duration getRetryPeriod() {
            return retry(getLeaseDuration());
        }
    }

    /** The identity under which the first operator of this host holds the Lease. */
    public static String identity(MayflyConfig config) {
        return config.lease().identity().orElseGet(LeaseSettings::host);
    }

    /** @param harmless true if nothing that this operator has asked for can harm a successor, however late it arrives */
    public static Duration duration(MayflyConfig config, boolean harmless) {
        return config.lease().duration().orElse(harmless ? USUAL : OVER_THE_NETWORK);
    }

    /**
     * How long a Lease may stay without a renewal until its holder has lost it: half of its duration. That is noticed only
     * between two requests to the API server, of which one takes more than two minutes if it does not answer.
     */
    public static Duration renewDeadline(Duration lease) {
        return lease.dividedBy(2);
    }

    /** Time between two renewals: several fit into the deadline. */
    public static Duration retry(Duration lease) {
        var tenth = lease.dividedBy(10);
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
