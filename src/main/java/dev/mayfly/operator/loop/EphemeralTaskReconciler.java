package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Replica;
import dev.mayfly.operator.claim.Claims;
import dev.mayfly.operator.cleanup.SharedResources;
import dev.mayfly.operator.cleanup.TaskExpiry;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.content.ContentUnread;
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

/** Runs a template to completion: observe, count, plan, apply, report. */
@ControllerConfiguration(name = "ephemeraltask")
public class EphemeralTaskReconciler implements Reconciler<EphemeralTask>, Cleaner<EphemeralTask> {
    private final DesiredReader reader;
    private final Claims claims;
    private final ReconcileLoop turns;
    private final TaskStatuses statuses;
    private final TaskExpiry expiry;
    private final SharedResources shared;
    private final Cleanup departures;
    private final ResourceCaches resources;

    EphemeralTaskReconciler(
            DesiredReader reader,
            Claims claims,
            ReconcileLoop turns,
            TaskStatuses statuses,
            TaskExpiry expiry,
            SharedResources shared,
            Cleanup departures,
            ResourceCaches resources) {
        this.reader = reader;
        this.claims = claims;
        this.turns = turns;
        this.statuses = statuses;
        this.expiry = expiry;
        this.shared = shared;
        this.departures = departures;
        this.resources = resources;
    }

    @Override
    public List<EventSource<?, EphemeralTask>> prepareEventSources(EventSourceContext<EphemeralTask> context) {
        return List.of(resources.of(context));
    }

    @Override
    public UpdateControl<EphemeralTask> reconcile(EphemeralTask task, Context<EphemeralTask> context) {
        var known = statuses.known(task);
        try {
            if (expiry.deleteIfDue(known)) {
                return UpdateControl.noUpdate();
            }
            var turn = turn(known);
            if (statuses.ended(known) && turn.observed().all().noneMatch(EphemeralTaskReconciler::onNetwork)) {
                shared.ended(known);
            }
            return statuses.report(known, turn);
        } catch (InvalidSpec invalid) {
            return statuses.refuse(known, invalid);
        } catch (RuntimeUnavailable unavailable) {
            return statuses.unknown(known, unavailable);
        }
    }

    private Reconciliation turn(EphemeralTask known) {
        var runtime = reader.runtime(known);
        try {
            var desired = statuses.remembering(known, asked(known));
            return turns.take(claims.mount(desired, runtime), runtime, new KindStrategy() {});
        } catch (InvalidSpec invalid) {
            if (!turns.canTake(runtime)) {
                throw invalid;
            }
            return startingNothing(known, runtime, invalid.failure());
        } catch (ContentUnread unread) {
            return startingNothing(known, runtime, unread.failure());
        }
    }

    /** As with a Job, running attempts continue and are counted, and the deadline applies. */
    private Reconciliation startingNothing(EphemeralTask known, String runtime, Failure why) {
        var nothing = statuses.remembering(known, reader.unjudged(known))
                .withReplicas(0)
                .withAdmitted(0);
        return turns.take(nothing, runtime, new KindStrategy() {}).troubled(why);
    }

    private static boolean onNetwork(Replica replica) {
        return replica.phase().reservesCapacity();
    }

    /** A finished task starts nothing anymore, whether or not its content can be read. */
    private Desired asked(EphemeralTask task) {
        return statuses.ended(task)
                ? reader.unfollow(task)
                : reader.follow(task).desired();
    }

    @Override
    public DeleteControl cleanup(EphemeralTask task, Context<EphemeralTask> context) {
        return departures.take(task, unavailable -> statuses.unknown(task, unavailable));
    }
}
