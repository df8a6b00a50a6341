package dev.mayfly.plan;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Desired.Budget;
import dev.mayfly.model.Samples;
import dev.mayfly.model.Template;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** What the user of a {@link World} wants at the moment. */
final class Wish {
    private final Map<String, Template> earlier = new HashMap<>();
    private final String maxSurge;
    private final String maxUnavailable;
    private int version = 1;
    boolean deleted;
    int replicas = 3;
    int fits = Integer.MAX_VALUE;
    boolean paused;

    Wish(String maxSurge, String maxUnavailable) {
        this.maxSurge = maxSurge;
        this.maxUnavailable = maxUnavailable;
    }

    String revision() {
        return "v" + version;
    }

    /** @param remembered whether the operator still knows the template of the last revision */
    void newTemplate(boolean remembered) {
        if (remembered) {
            earlier.put(revision(), Samples.template(revision()));
        }
        version++;
    }

    void forgetEarlier() {
        earlier.clear();
    }

    Budget budget() {
        return RolloutBudget.resolve(maxSurge, maxUnavailable, replicas);
    }

    Desired desired() {
        return new Desired(
                        Samples.WEB,
                        deleted,
                        replicas,
                        replicas,
                        revision(),
                        Samples.template(revision()),
                        Collections.unmodifiableMap(new HashMap<>(earlier)),
                        paused,
                        budget(),
                        Samples.DEFAULTS,
                        1,
                        dev.mayfly.model.AuditPolicy.DEFAULT,
                        java.util.Set.of())
                .admitting(fits);
    }
}
