package dev.mayfly.cli.convert;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The input of a conversion besides the document.
 *
 * @param directory of the file; empty for standard input and for a command
 * @param namespace the one that the manifests will be applied in
 * @param variables that the command line gives
 * @param profiles Compose profiles that are active
 */
record Context(
        Optional<Path> directory, String namespace, Map<String, String> variables, Set<String> profiles, Notes notes) {}
