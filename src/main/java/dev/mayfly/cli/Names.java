package dev.mayfly.cli;

import com.github.dockerjava.api.model.Container;
import java.util.Arrays;
import java.util.List;

/** Matches command-line arguments with containers. */
final class Names {
    private Names() {}

    /** The arguments that mean this container: its name or a prefix of its id. */
    static List<String> of(Container container, List<String> arguments) {
        var names = Arrays.asList(container.getNames());
        return arguments.stream()
                .filter(argument -> names.contains("/" + argument)
                        || argument.length() >= 4 && container.getId().startsWith(argument))
                .toList();
    }
}
