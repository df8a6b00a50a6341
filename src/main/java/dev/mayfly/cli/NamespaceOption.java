package dev.mayfly.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that select Kubernetes namespaces. */
public final class NamespaceOption {
    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "Only this Kubernetes namespace.")
    private Optional<String> namespace = Optional.empty();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "All namespaces, also if --namespace is given. This is the default.")
    private boolean all;

    /** The only one that is selected; empty: all are. */
    public Optional<String> only() {
        return all ? Optional.empty() : namespace;
    }

    /** Whether something in or for that namespace is selected. @param of empty: it is in none */
    public boolean selects(String of) {
        return all || namespace.isEmpty() || namespace.get().equals(of);
    }
}
