package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.ResumptionContract;
import java.time.Duration;
import java.util.List;

class SimulatedResumptionTest extends ResumptionContract {
    @Override
    protected Operated start() {
        return new Simulated(new SimulatedRuntime(1, Samples.NOON, new Requests(64_000, 256L << 30)));
    }

    private record Simulated(SimulatedRuntime engine) implements Operated {
        /** Longer than any start or stop takes. */
        private static final Duration LONG_ENOUGH = Duration.ofSeconds(5);

        @Override
        public Observed observe() {
            return engine.observe(Samples.WEB, engine.now());
        }

        @Override
        public void launch(Launch launch) {
            engine.launch(launch);
        }

        @Override
        public void remove(Removal removal) {
            engine.remove(removal);
        }

        @Override
        public void settle() {
            engine.advance(LONG_ENOUGH);
        }

        @Override
        public void kill(Runnable request, boolean arrives) {
            request.run();
            if (arrives) {
                settle();
            }
            engine.forget();
        }

        @Override
        public void crash(ReplicaId id) {
            engine.kill(id);
        }

        @Override
        public List<ReplicaId> running() {
            return observe()
                    .all()
                    .filter(replica -> replica.phase() == Phase.RUNNING)
                    .map(Replica::id)
                    .toList();
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
