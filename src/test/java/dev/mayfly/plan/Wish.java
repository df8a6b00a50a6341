package dev.mayfly.plan;

import dev.mayfly.model.AuditPolicy;
import dev.mayfly.model.AuditPolicy.OnWrite;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Desired.Budget;
import dev.mayfly.model.Samples;
import dev.mayfly.model.Template;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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
    OnWrite onWrite = OnWrite.Report;
    Set<Integer> givenUp = Set.of();

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
        givenUp = Set.of();
    }

    /** As the status does, as long as the template is the one that they were given up for. */
    void remember(String revision, Set<Integer> givingUp) {
        if (revision.equals(revision())) {
            var all = new TreeSet<>(givenUp);
            all.addAll(givingUp);
            givenUp = Set.copyOf(all);
        }
    }

    /** How many are to run. */
    int places() {
        return Math.max(0, replicas - givenUp.size());
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
                        new AuditPolicy(Duration.ofSeconds(30), List.of(), onWrite, 0),
                        givenUp)
                .admitting(fits);
    }
}
