package dev.mayfly.status;

import static dev.mayfly.status.Conditions.condition;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The condition that says whether the images are there that a policy wants in advance. */
public final class PrePulled {
    static final String TYPE = "PrePulled";

    private PrePulled() {}

    /**
     * @param wanted references
     * @param answers by reference what is wrong with it; empty: it is there; none yet: it is being pulled
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
