package dev.mayfly.cli.why;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus.TerminationStatus;
import dev.mayfly.api.v1alpha1.EphemeralityStatus;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.Text;
import dev.mayfly.core.status.Conditions;
import dev.mayfly.core.status.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a workload or task is as it is. A function of the resource and its Events.
 *
 * @param wants what its spec asks for, one sentence
 * @param sees what the operator observed last, one sentence
 * @param holds what keeps it from what it wants; empty: nothing does
 * @param toDo what a person can do
 */
record Explanation(String wants, String sees, List<String> holds, List<String> toDo) {
    private static final Duration RECENT = Duration.ofHours(1);
    private static final String TRUE = "True";

    boolean isHeld() {
        return !holds.isEmpty();
    }

    /** All of it. */
    String paragraph() {
        return Stream.of(
                        Stream.of(wants, sees),
                        isHeld() ? holds.stream() : Stream.of("Nothing holds it."),
                        toDo.isEmpty() ? Stream.of("There is nothing to do.") : toDo.stream())
                .flatMap(sentences -> sentences)
                .collect(Collectors.joining(" "));
    }

    /** @param events of the resource; only warnings of the last hour count */
    static Explanation of(Templated resource, List<Event> events, Instant now) {
        var subject = switch (resource) {
            case EphemeralWorkload workload -> WorkloadView.of(workload);
            case EphemeralTask task -> TaskView.of(task);
        };
        return new Builder(resource, subject, events, now).build();
    }

    /**
     * The part that differs between the two kinds.
     *
     * @param done true: it has what it wants
     * @param ends how replicas or attempts ended, the latest first
     * @param holds what only this kind is held by
     */
    record View(
            String wants,
            String sees,
            boolean done,
            Optional<Long> observed,
            List<Condition> conditions,
            EphemeralityStatus writes,
            List<TerminationStatus> ends,
            List<Hold> holds) {

        Optional<Condition> condition(String type) {
            return Conditions.of(conditions).find(type);
        }
    }

    /** @param toDo empty: nothing */
    record Hold(String sentence, String toDo) {}

    private static final class Builder {
        private final Templated resource;
        private final View view;
        private final List<Event> events;
        private final Instant now;
        private final List<String> holds = new ArrayList<>();
        private final List<String> toDo = new ArrayList<>();

        Builder(Templated resource, View view, List<Event> events, Instant now) {
            this.resource = resource;
            this.view = view;
            this.events = events;
            this.now = now;
        }

        Explanation build() {
            deletion();
            staleness();
            view.holds().forEach(this::add);
            var degraded = view.condition("Degraded").filter(c -> TRUE.equals(c.getStatus()));
            degraded.ifPresent(this::problem);
            rollout();
            view.condition("Failed").filter(c -> TRUE.equals(c.getStatus())).ifPresent(this::problem);
            view.condition("ImageCompliant")
                    .filter(c -> "False".equals(c.getStatus()))
                    .filter(c -> degraded.filter(d -> d.getReason().equals("ImageNotCompliant"))
                            .isEmpty())
                    .ifPresent(this::problem);
            if (!view.done() && holds.isEmpty()) {
                view.condition("Ready").filter(c -> !TRUE.equals(c.getStatus())).ifPresent(this::problem);
            }
            ends();
            writes();
            warning();
            return new Explanation(view.wants(), view.sees(), List.copyOf(holds), distinct(toDo));
        }

        private void deletion() {
            var metadata = resource.getMetadata();
            if (metadata.getDeletionTimestamp() != null) {
                add(new Hold(
                        "It has been in deletion since " + metadata.getDeletionTimestamp()
                                + ": it goes when its last container is gone.",
                        "Wait; a replica has up to terminationGracePeriodSeconds. If it stays, look whether operator and"
                                + " engine run."));
            }
        }

        private void staleness() {
            var generation = resource.getMetadata().getGeneration();
            var observed = view.observed();
            if (observed.isEmpty()) {
                add(new Hold(
                        "No operator has taken it up yet.",
                        "See whether the operator runs: kubectl get deployments -n mayfly-system."));
            } else if (generation != null
                    && observed.get() < generation
                    && view.condition("Degraded")
                            .filter(c -> c.getReason().equals("InvalidSpec"))
                            .filter(c -> Conditions.isOf(generation, c))
                            .isEmpty()) {
                holds.add("The last change of its spec has not been observed yet.");
            }
        }

        private void rollout() {
            view.condition("Progressing")
                    .filter(c -> List.of("Paused", "ProgressDeadlineExceeded", "RolledBack")
                            .contains(c.getReason()))
                    .ifPresent(this::problem);
        }

        /** The condition's own words, which name the case, and what the list of reasons says is to be done. */
        private void problem(Condition condition) {
            var reason = Reason.find(Objects.requireNonNullElse(condition.getReason(), ""));
            var message = Objects.requireNonNullElse(condition.getMessage(), "");
            var text = message.isEmpty()
                    ? reason.map(Reason::meaning).orElse(condition.getReason() + ".")
                    : sentence(message);
            holds.add(condition.getReason() + ": " + text);
            reason.map(known -> toDo(known)).filter(todo -> !todo.isEmpty()).ifPresent(toDo::add);
        }

        private String toDo(Reason reason) {
            if (reason.toDo().equals("Nothing.")) {
                return "";
            }
            var metadata = resource.getMetadata();
            var command = reason.command()
                    .replace("NAMESPACE", metadata.getNamespace())
                    .replace("NAME", metadata.getName())
                    .replace(
                            "IMAGE",
                            resource.template() == null
                                    ? ""
                                    : resource.template().image());
            if (resource instanceof EphemeralTask) {
                command = command.replace(" ew ", " et ");
            }
            return command.isEmpty()
                    ? reason.toDo()
                    : reason.toDo().substring(0, reason.toDo().length() - 1) + " (" + command + ").";
        }

        private void ends() {
            var failures = view.ends().stream().filter(Builder::isFailure).toList();
            if (failures.isEmpty() || view.done()) {
                return;
            }
            holds.add("Last, " + sentence(failures.getFirst())
                    + (failures.size() > 1 ? "; " + (failures.size() - 1) + " more of the last ends failed" : "")
                    + ".");
        }

        private static boolean isFailure(TerminationStatus end) {
            return end.signal() != null || end.exitCode() != null && end.exitCode() != 0;
        }

        /** Such as {@code web-1 (attempt 3) ended with exit code 1 (Error)}. */
        private static String sentence(TerminationStatus end) {
            var how = end.signal() != null
                    ? "was ended by " + end.signal()
                    : end.exitCode() != null ? "ended with exit code " + end.exitCode() : "ended, nobody saw how";
            return end.replica() + (end.attempt() == null ? "" : " (attempt " + end.attempt() + ")") + " " + how
                    + (end.reason() == null ? "" : " (" + end.reason() + ")")
                    + (end.finishTime() == null ? "" : " at " + end.finishTime());
        }

        private void writes() {
            var writes = view.writes();
            if (writes == null || writes.dirtyReplicas() == null || writes.dirtyReplicas() == 0) {
                return;
            }
            var first = writes.findings() == null || writes.findings().isEmpty()
                    ? ""
                    : ", the first " + writes.findings().getFirst().replica() + " to "
                            + writes.findings().getFirst().path();
            add(new Hold(
                    writes.dirtyReplicas() + " replicas wrote outside of volumes and scratch" + first + ".",
                    writes.suggestedVolumes() == null
                                    || writes.suggestedVolumes().isEmpty()
                            ? ""
                            : "Mount volumes at " + String.join(", ", writes.suggestedVolumes()) + "."));
        }

        private void warning() {
            if (view.done() && holds.isEmpty()) {
                return;
            }
            events.stream()
                    .filter(event -> "Warning".equals(event.getType()))
                    .filter(event -> time(event).isAfter(now.minus(RECENT)))
                    .max(Comparator.comparing(Builder::time))
                    .filter(event -> event.getMessage() != null && !isSaid(event.getMessage()))
                    .ifPresent(event -> holds.add(
                            "The latest warning, " + event.getReason() + ": " + sentence(event.getMessage())));
        }

        private boolean isSaid(String message) {
            var bare = Text.oneLine(message).strip();
            return holds.stream().anyMatch(hold -> hold.contains(bare));
        }

        private void add(Hold hold) {
            holds.add(hold.sentence());
            if (!hold.toDo().isEmpty()) {
                toDo.add(hold.toDo());
            }
        }

        private static Instant time(Event event) {
            try {
                return event.getLastTimestamp() == null ? Instant.EPOCH : Instant.parse(event.getLastTimestamp());
            } catch (DateTimeParseException malformed) {
                return Instant.EPOCH;
            }
        }

        private static String sentence(String text) {
            var stripped = Text.oneLine(text).strip();
            return stripped.isEmpty() || stripped.endsWith(".") ? stripped : stripped + ".";
        }

        private static List<String> distinct(List<String> sentences) {
            return sentences.stream().distinct().toList();
        }
    }
}
