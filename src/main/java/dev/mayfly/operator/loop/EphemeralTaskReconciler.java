package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Replica;
import dev.mayfly.operator.claim.Claims;
import dev.mayfly.operator.cleanup.SharedResources;
import dev.mayfly.operator.cleanup.TaskExpiry;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.loop.ReconcileLoop.KindStrategy;
import dev.mayfly.operator.loop.ReconcileLoop.Reconciliation;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
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
@ControllerConfiguration(name = "ephemeraltask", informer = @Informer(informerListLimit = ResourceCaches.PAGE))
public class EphemeralTaskReconciler implements Reconciler<EphemeralTask>, Cleaner<EphemeralTask> {
    private final DesiredReader reader;
    private final Claims claims;
    private final ReconcileLoop loop;
    private final TaskStatuses statuses;
    private final TaskExpiry expiry;
    private final SharedResources shared;
    private final Cleanup cleanup;
    private final ResourceCaches resources;

    EphemeralTaskReconciler(
            DesiredReader reader,
            Claims claims,
            ReconcileLoop loop,
            TaskStatuses statuses,
            TaskExpiry expiry,
            SharedResources shared,
            Cleanup cleanup,
            ResourceCaches resources) {
        this.reader = reader;
        this.claims = claims;
        this.loop = loop;
        this.statuses = statuses;
        this.expiry = expiry;
        this.shared = shared;
        this.cleanup = cleanup;
        this.resources = resources;
    }

    @Override
    public List<EventSource<?, EphemeralTask>> prepareEventSources(EventSourceContext<EphemeralTask> context) {
        return List.of(resources.of(context));
    }

    @Override
    public UpdateControl<EphemeralTask> reconcile(EphemeralTask task, Context<EphemeralTask> context) {
        return loop.withinBudget(Owners.of(task), () -> reconcile(task));
    }

    private UpdateControl<EphemeralTask> reconcile(EphemeralTask task) {
        var known = statuses.known(task);
        try {
            if (expiry.deleteIfDue(known)) {
                return UpdateControl.noUpdate();
            }
            var reconciliation = reconciliation(known);
            if (statuses.ended(known)
                    && reconciliation.observed().all().noneMatch(EphemeralTaskReconciler::onNetwork)) {
                shared.ended(known);
            }
            return statuses.report(known, reconciliation);
        } catch (InvalidSpec invalid) {
            return statuses.refuse(known, invalid);
        } catch (RuntimeUnavailable unavailable) {
            return statuses.unknown(known, unavailable);
        }
    }

    private Reconciliation reconciliation(EphemeralTask known) {
        var runtime = reader.runtimes(known);
        try {
            var desired = statuses.remembering(known, desired(known));
            return loop.reconcile(claims.mount(desired, runtime), runtime, new KindStrategy() {});
        } catch (InvalidSpec invalid) {
            if (!loop.canReconcile(runtime)) {
                throw invalid;
            }
            return startingNothing(known, runtime, invalid.failure());
        } catch (Content.Unreadable unread) {
            return startingNothing(known, runtime, unread.failure());
        }
    }

    /** As with a Job, running attempts continue and are counted, and the deadline applies. */
    private Reconciliation startingNothing(EphemeralTask known, Runtimes.Named runtime, Failure why) {
        var nothing = statuses.remembering(known, reader.unchecked(known))
                .withReplicas(0)
                .withAdmitted(0)
                .startingNothing(why);
        return loop.reconcile(nothing, runtime, new KindStrategy() {});
    }

    private static boolean onNetwork(Replica replica) {
        return replica.phase().reservesCapacity();
    }

    /** A finished task starts nothing anymore, whether or not its content can be read. */
    private Desired desired(EphemeralTask task) {
        return statuses.ended(task) ? reader.unfollow(task) : reader.follow(task);
    }

    @Override
    public DeleteControl cleanup(EphemeralTask task, Context<EphemeralTask> context) {
        return loop.cleanUp(
                Owners.of(task), () -> cleanup.run(task, context, unavailable -> statuses.unknown(task, unavailable)));
    }
}
