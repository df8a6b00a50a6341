package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Writes a kind's statuses to the API server. A status is written only if it differs from the last: a changed condition
 * at once, changed counts at most once a second.
 *
 * @param <R> the kind of resource
 * @param <S> its status
 */
final class StatusPipeline<R extends Templated, S> implements OwnerState {
    private final StatusWriter writer;
    private final Kind<R, S> kind;
    private final StatusMemory<R, S> memory;

    StatusPipeline(StatusWriter writer, Kind<R, S> kind, InstantSource clock) {
        this.writer = writer;
        this.kind = kind;
        this.memory = new StatusMemory<>(kind::status, clock);
    }

    /** The rules of one kind. */
    interface Kind<R, S> {
        /** Null: it has none. */
        S status(R resource);

        /** A resource with only this metadata and status. */
        R with(ObjectMeta metadata, S status);

        /** True if the status may be written only if the resource has not changed since it was read. */
        boolean bound(R known, S status);

        /** True if the next status must wait for the API server's answer to the last. */
        boolean oneAtATime();

        /** True if the statuses differ only in counts. */
        boolean onlyCountsDiffer(S before, S now);

        /**
         * Called before the status is written.
         *
         * @param before null: there was none
         */
        default void begun(R known, S before, S now) {
            // optional
        }

        /** Called by the writer's thread after the status was written. */
        default void written(R known, S before, S now) {
            // optional
        }

        /** Called by the writer's thread if the status was not written, and won't be. */
        default void refused(R known) {
            // optional
        }
    }

    /** The resource as read, or as in the API server's answer to the last write, whichever is newer. */
    R newest(R read) {
        return memory.newest(read);
    }

    /** The last status, whether it was written or is being written; null: there is none. */
    S latest(R read) {
        return memory.latest(read);
    }

    /** @param requeueAfter when to reconcile the resource again without an event; empty: never */
    UpdateControl<R> write(R known, S status, Optional<Duration> requeueAfter) {
        var before = memory.latest(known);
        if (status.equals(before) || kind.oneAtATime() && memory.underWay(known)) {
            return later(requeueAfter); // the answer to the write in progress wakes it
        }
        var wait = memory.wait(known).filter(until -> before != null && kind.onlyCountsDiffer(before, status));
        if (wait.isPresent()) {
            return later(requeueAfter
                    .filter(delay -> delay.compareTo(wait.get()) < 0)
                    .or(() -> wait));
        }
        kind.begun(known, before, status);
        memory.begin(known, status);
        writer.write(kind.with(metadata(known, status), status), new StatusWriter.Outcome<R>() {
            @Override
            public void written(R answer) {
                memory.written(status, answer);
                kind.written(known, before, status);
            }

            @Override
            public void refused() {
                memory.refused(known, status);
                kind.refused(known);
            }
        });
        return later(requeueAfter);
    }

    @Override
    public void forget(OwnerId owner) {
        memory.forget(owner);
    }

    /** Only the metadata that identifies the resource. */
    private ObjectMeta metadata(R known, S status) {
        var whose = known.getMetadata();
        return new ObjectMetaBuilder()
                .withName(whose.getName())
                .withNamespace(whose.getNamespace())
                .withUid(whose.getUid())
                .withResourceVersion(kind.bound(known, status) ? whose.getResourceVersion() : null)
                .build();
    }

    private UpdateControl<R> later(Optional<Duration> requeueAfter) {
        var control = UpdateControl.<R>noUpdate();
        requeueAfter.ifPresent(delay -> control.rescheduleAfter(Math.max(1, delay.toMillis())));
        return control;
    }
}
