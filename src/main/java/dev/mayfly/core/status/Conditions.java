package dev.mayfly.core.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A list of conditions with one of each type. The only place where conditions are merged. */
public final class Conditions {
    private final List<Condition> conditions;

    private Conditions(List<Condition> conditions) {
        this.conditions = conditions;
    }

    /** @param conditions null: none */
    public static Conditions of(List<Condition> conditions) {
        return new Conditions(conditions == null ? List.of() : List.copyOf(conditions));
    }

    public Optional<Condition> find(String type) {
        return conditions.stream().filter(c -> c.getType().equals(type)).findFirst();
    }

    /**
     * These conditions, with {@code wanted} replacing the one of its type. The transition time changes only with the
     * condition's status.
     */
    public Conditions with(Condition wanted, Instant now) {
        var before = find(wanted.getType());
        var since = before.filter(c -> c.getStatus().equals(wanted.getStatus()))
                .map(Condition::getLastTransitionTime)
                .orElse(Times.text(now));
        var merged = new ConditionBuilder(wanted).withLastTransitionTime(since).build();
        var all = new ArrayList<>(conditions);
        all.replaceAll(c -> c.getType().equals(wanted.getType()) ? merged : c);
        if (before.isEmpty()) {
            all.add(merged);
        }
        return new Conditions(List.copyOf(all));
    }

    /**
     * True if the condition tells of that generation of the spec, and not of an older one.
     *
     * @param generation null: it is not known, and any will do
     */
    public static boolean isOf(Long generation, Condition condition) {
        return generation == null
                || condition.getObservedGeneration() == null
                || condition.getObservedGeneration() >= generation;
    }

    /** These conditions but the one of that type. */
    public Conditions without(String type) {
        return new Conditions(
                conditions.stream().filter(c -> !c.getType().equals(type)).toList());
    }

    public List<Condition> list() {
        return conditions;
    }

    static Condition condition(String type, String status, String reason, String message, long generation) {
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withObservedGeneration(generation)
                .build();
    }
}
