package dev.mayfly.plan;

import dev.mayfly.model.AuditPolicy.OnWrite;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Replica;
import java.util.ArrayList;

/**
 * {@code onWrite: Stop}. A slot is given up in two steps, so that nothing refills it whoever crashes in between: first the
 * plan only says which, and the status is to remember them; once they are read back from there, what is in them goes.
 */
final class GivenUp {
    private GivenUp() {}

    static void plan(Draft draft) {
        var desired = draft.desired();
        for (var slot : desired.givenUp()) {
            draft.expected()
                    .occupant(slot)
                    .filter(replica -> !replica.phase().leaving())
                    .ifPresent(replica -> draft.vacate(replica, Cause.WRITES));
        }
        if (desired.audit().onWrite() == OnWrite.Stop) {
            var found = new ArrayList<Replica>();
            draft.expected().dirty().forEachRemaining(found::add);
            found.forEach(replica -> stop(draft, replica));
        }
    }

    /** What a rollout is about to replace takes no slot with it: the new revision did not write. */
    private static void stop(Draft draft, Replica wrote) {
        var replaced = !wrote.revision().equals(draft.desired().revision())
                && !draft.desired().paused();
        if (replaced) {
            draft.vacate(wrote, Cause.WRITES);
        } else {
            draft.giveUp(wrote.id().slot());
        }
    }
}
