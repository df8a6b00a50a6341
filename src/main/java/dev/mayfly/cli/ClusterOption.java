package dev.mayfly.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that selects a cluster. */
final class ClusterOption {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "How to reach the cluster. Default: KUBECONFIG, else no cluster is asked.")
    private Optional<Path> kubeconfig = Optional.empty();

    /** The kubeconfig given as an option, else in the environment variable KUBECONFIG; empty if there is neither. */
    Optional<Path> credentials() {
        return kubeconfig.or(() -> Optional.ofNullable(System.getenv("KUBECONFIG"))
                .filter(path -> !path.isEmpty())
                .map(Path::of));
    }
}
