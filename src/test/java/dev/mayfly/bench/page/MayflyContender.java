package dev.mayfly.bench.page;

import dev.mayfly.bench.BenchWorkload;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Mayfly with containers.
 *
 * @param pool replicas that are held in stock; 0: none
 */
record MayflyContender(BenchWorkload workload, int pool) implements Contender {
    @Override
    public Duration scale(int replicas) throws InterruptedException {
        return workload.scale(replicas);
    }

    @Override
    public Optional<Duration> rollout() throws InterruptedException {
        // the pool is of the new revision by the end, too: its containers would be counted
        return pool == 0 ? Optional.of(workload.rollout()) : Optional.empty();
    }

    @Override
    public Optional<Duration> kill() throws InterruptedException {
        return Optional.of(workload.killOne());
    }

    @Override
    public void stockUp() {
        if (pool > 0) {
            workload.pool(pool);
        }
    }

    @Override
    public void close() throws InterruptedException, IOException {
        workload.close();
    }
}
