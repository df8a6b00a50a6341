package dev.mayfly.runtime.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica.OutsideChange;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The known state converges to the engine's, even if the engine's reports are late, repeated or missing. */
class LifeHistoriesTest {

    @Property(shrinking = ShrinkingMode.BOUNDED)
    void theKnownStateConvergesToTheEngines(@ForAll @Size(max = 60) List<@IntRange(max = 10_000) Integer> moves) {
        var engine = new UnreliableEngine();
        for (var move : moves) {
            engine.move(move);
        }
        var history = engine.toString();

        engine.settle();

        assertThat(engine.known().state()).as("%s, then %s", history, engine).isEqualTo(engine.actual());
        assertThat(engine.known().container()).as("%s", engine).isEqualTo(engine.container());
        assertThat(changed(engine.known()))
                .as("%s", engine)
                .isIn(running(engine) ? List.of(engine.changed()) : List.of(engine.changed(), Optional.empty()));
        assertThat(engine.known().launching()).as("%s", engine).isEqualTo(KnownReplica.Launching.IDLE);
        assertThat(engine.known().removalStep()).as("%s", engine).isEqualTo(KnownReplica.RemovalStep.NONE);
    }

    /**
     * Once an event has reported the exit of a replica, only an inspection with a later start shows that it runs. A change
     * that was known before stays known.
     */
    private static boolean running(UnreliableEngine engine) {
        return engine.known().state() == KnownReplica.State.RUNNING
                && engine.known().beforeExit().isEmpty();
    }

    private static Optional<Kind> changed(KnownReplica known) {
        return known.replica()
                .filter(replica -> replica.phase() == Phase.RUNNING)
                .flatMap(replica -> replica.health().changed())
                .map(OutsideChange::kind);
    }
}
