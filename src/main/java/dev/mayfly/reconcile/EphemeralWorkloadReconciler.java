package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/** Keeps N replicas of a template running: observe, plan, apply, report. */
@ControllerConfiguration(name = "ephemeralworkload")
public class EphemeralWorkloadReconciler implements Reconciler<EphemeralWorkload>, Cleaner<EphemeralWorkload> {
    private final ContentWatch contents;
    private final SpecReader specs;
    private final Revisions revisions;
    private final Claims claims;
    private final ClaimWatches claimWatches;
    private final Turns turns;
    private final Statuses statuses;
    private final Departures departures;
    private final RuntimeHints hints;
    private final Sweeper sweeper;

    EphemeralWorkloadReconciler(
            ContentWatch contents,
            SpecReader specs,
            Revisions revisions,
            Claims claims,
            ClaimWatches claimWatches,
            Turns turns,
            Statuses statuses,
            Departures departures,
            RuntimeHints hints,
            Sweeper sweeper) {
        this.contents = contents;
        this.specs = specs;
        this.revisions = revisions;
        this.claims = claims;
        this.claimWatches = claimWatches;
        this.turns = turns;
        this.statuses = statuses;
        this.departures = departures;
        this.hints = hints;
        this.sweeper = sweeper;
    }

    @Override
    public List<EventSource<?, EphemeralWorkload>> prepareEventSources(EventSourceContext<EphemeralWorkload> context) {
        sweeper.looksAt(context.getPrimaryCache());
        return List.of(hints.source(context), contents.source(), claimWatches.source());
    }

    @Override
    public UpdateControl<EphemeralWorkload> reconcile(EphemeralWorkload workload, Context<EphemeralWorkload> context) {
        try {
            var content = contents.read(workload);
            var desired = revisions.complete(workload, specs.read(workload, content), content);
            var runtime = specs.runtime(workload);
            var turn = turns.take(workload, claims.mount(workload, desired, runtime), runtime);
            return statuses.report(workload, turn);
        } catch (InvalidSpec invalid) {
            return statuses.refuse(workload, invalid);
        } catch (ContentUnread unread) {
            return statuses.unread(workload, unread);
        } catch (RuntimeUnavailable unavailable) {
            return statuses.unknown(workload, unavailable);
        }
    }

    @Override
    public DeleteControl cleanup(EphemeralWorkload workload, Context<EphemeralWorkload> context) {
        return departures.take(workload, context);
    }
}
