package dev.mayfly.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which cluster a command asks, if any. */
final class ClusterOption {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "How to reach the cluster. Default: KUBECONFIG, else no cluster is asked.")
    private Optional<Path> kubeconfig = Optional.empty();

    /** The file that somebody named, else that of the environment variable KUBECONFIG; empty: neither. */
    Optional<Path> credentials() {
        return kubeconfig.or(() -> Optional.ofNullable(System.getenv("KUBECONFIG"))
                .filter(path -> !path.isEmpty())
                .map(Path::of));
    }
}
