package dev.mayfly.cli;

import com.github.dockerjava.api.model.Container;
import java.util.Arrays;
import java.util.List;

/** Which container somebody means. */
final class Names {
    private Names() {}

    /** Those of the words that mean this container: a name of it, or the beginning of its id. */
    static List<String> of(Container container, List<String> words) {
        var names = Arrays.asList(container.getNames());
        return words.stream()
                .filter(word -> names.contains("/" + word)
                        || word.length() >= 4 && container.getId().startsWith(word))
                .toList();
    }
}
