package dev.mayfly.core.status;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Text;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The problems that {@code Degraded} lists, the most urgent first, one of each reason. The first gives the condition its
 * reason. The message has a paragraph for each: what it is, and what to do.
 *
 * @param all at most {@value #LISTED}
 */
record Problems(List<Failure> all) {
    static final Problems NONE = new Problems(List.of());
    private static final int LISTED = 8;
    /** All of them fit into a condition's message, of at most 32,768 characters. */
    private static final int LONGEST = 4000;

    private static final String BETWEEN = "\n\n";

    /** Reasons whose messages are the engine's words, or say only what is wrong. All others say what to do themselves. */
    private static final Set<Reason> WITHOUT_ADVICE = EnumSet.of(
            Reason.CreateContainerError,
            Reason.RunContainerError,
            Reason.InvalidImageName,
            Reason.ErrImageNotFound,
            Reason.ImageInspectError,
            Reason.ImageNotCompliant);

    /** @param all the most urgent first */
    static Problems of(List<Failure> all) {
        var first = new ArrayList<Failure>();
        for (var problem : all) {
            if (first.size() < LISTED
                    && first.stream().noneMatch(known -> known.reason().equals(problem.reason()))) {
                first.add(new Failure(problem.reason(), advised(problem)));
            }
        }
        return new Problems(List.copyOf(first));
    }

    /** Those that a condition lists; none if its status is not True. */
    static Problems of(Optional<Condition> known) {
        return known.filter(condition -> condition.getStatus().equals("True"))
                .map(condition -> parse(condition.getReason(), condition.getMessage()))
                .orElse(NONE);
    }

    private static Problems parse(String reason, String message) {
        if (!message.contains(BETWEEN)) {
            return new Problems(List.of(new Failure(reason, message)));
        }
        var problems = new ArrayList<Failure>();
        for (var paragraph : message.split(BETWEEN)) {
            var end = paragraph.indexOf(": ");
            if (end > 0) {
                problems.add(new Failure(paragraph.substring(0, end), paragraph.substring(end + 2)));
            }
        }
        return new Problems(List.copyOf(problems));
    }

    Problems filter(Predicate<Failure> wanted) {
        return new Problems(all.stream().filter(wanted).toList());
    }

    Optional<Condition> condition(String type, long generation) {
        return all.stream()
                .findFirst()
                .map(first -> Conditions.condition(type, "True", first.reason(), message(), generation));
    }

    private String message() {
        return all.size() == 1
                ? all.getFirst().message()
                : all.stream()
                        .map(problem -> problem.reason() + ": " + problem.message())
                        .collect(Collectors.joining(BETWEEN));
    }

    /**
     * The message, which may quote a tenant's output, as one paragraph that ends with what to do. A message that ends with it, as
     * one read from a condition does, stays as it is.
     */
    private static String advised(Failure problem) {
        var toDo = Reason.find(problem.reason())
                .filter(WITHOUT_ADVICE::contains)
                .map(reason -> " " + reason.toDo())
                .filter(advice -> !problem.message().endsWith(advice))
                .orElse("");
        return Text.shortened(paragraph(problem.message()), LONGEST - toDo.length()) + toDo;
    }

    private static String paragraph(String text) {
        return text.strip().lines().filter(line -> !line.isBlank()).collect(Collectors.joining("\n"));
    }
}
