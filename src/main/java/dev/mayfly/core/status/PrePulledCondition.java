package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code PrePulledCondition} condition of an ImagePolicy: whether the images to pull in advance are on the engine. */
public final class PrePulledCondition {
    static final String TYPE = "PrePulled";

    private PrePulledCondition() {}

    /**
     * @param wanted references of these images
     * @param answers the problem with each image, by reference; an empty value: the image is on the engine; no
     *     entry: it is being pulled
     */
    public static Condition of(List<String> wanted, Map<String, Optional<String>> answers, long generation) {
        if (wanted.isEmpty()) {
            return condition(TYPE, "True", "NothingToPull", "The policy has no prePull.", generation);
        }
        var missing = wanted.stream()
                .filter(reference -> !Optional.empty().equals(answers.get(reference)))
                .toList();
        if (missing.isEmpty()) {
            return condition(TYPE, "True", "Pulled", "All " + wanted.size() + " images are on the engine.", generation);
        }
        var trouble = missing.stream()
                .map(answers::get)
                .filter(answer -> answer != null && answer.isPresent())
                .map(Optional::get)
                .findFirst();
        var summary = "%d of %d images are not on the engine".formatted(missing.size(), wanted.size());
        return trouble.map(words -> condition(TYPE, "False", "PullFailed", summary + "; " + words, generation))
                .orElseGet(() -> condition(
                        TYPE, "False", "Pulling", summary + " yet, such as " + missing.getFirst() + ".", generation));
    }
}
