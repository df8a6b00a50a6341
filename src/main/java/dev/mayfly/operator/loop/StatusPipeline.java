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
 * The way of a kind's statuses to the API server. One is written only where it differs from the last: a changed condition at once,
 * mere counts at most once a second.
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

        /** A resource that has nothing but a name, or a version as well, and a status. */
        R with(ObjectMeta metadata, S status);

        /** True where it is to be written only if nobody has changed the resource since it was read. */
        boolean bound(R known, S status);

        /** True where no other may follow before the API server has answered. */
        boolean oneAtATime();

        /** True where they differ in counts at most. */
        boolean sameSayings(S before, S now);

        /** It is about to be written. @param before null: there was none */
        default void begun(R known, S before, S now) {
            // most need not know
        }

        /** It is written. Called by the writing thread. */
        default void written(R known, S before, S now) {
            // most need not know
        }

        /** It is not written, and won't be. Called by the writing thread. */
        default void refused(R known) {
            // most need not know
        }
    }

    /** As read, or as the API server answered to our own write, whichever is newer. */
    R newest(R read) {
        return memory.newest(read);
    }

    /** The last status, whether it is written already or about to be; null: there is none. */
    S latest(R read) {
        return memory.latest(read);
    }

    /** @param nextLook when to look at the resource again though nothing happened; empty: only then */
    UpdateControl<R> write(R known, S status, Optional<Duration> nextLook) {
        var before = memory.latest(known);
        if (status.equals(before) || kind.oneAtATime() && memory.underWay(known)) {
            return later(nextLook); // the answer to what is under way wakes it
        }
        var wait = memory.wait(known).filter(until -> before != null && kind.sameSayings(before, status));
        if (wait.isPresent()) {
            return later(nextLook.filter(look -> look.compareTo(wait.get()) < 0).or(() -> wait));
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
        return later(nextLook);
    }

    @Override
    public void forget(OwnerId owner) {
        memory.forget(owner);
    }

    /** Nothing but whose status it is. */
    private ObjectMeta metadata(R known, S status) {
        var whose = known.getMetadata();
        return new ObjectMetaBuilder()
                .withName(whose.getName())
                .withNamespace(whose.getNamespace())
                .withUid(whose.getUid())
                .withResourceVersion(kind.bound(known, status) ? whose.getResourceVersion() : null)
                .build();
    }

    private UpdateControl<R> later(Optional<Duration> nextLook) {
        var control = UpdateControl.<R>noUpdate();
        nextLook.ifPresent(look -> control.rescheduleAfter(Math.max(1, look.toMillis())));
        return control;
    }
}
