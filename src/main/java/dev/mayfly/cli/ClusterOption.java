package dev.mayfly.cli;

import dev.mayfly.cli.Complaint.Refusal;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The options that select a cluster, as kubectl's. */
public final class ClusterOption {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description =
                    "How to reach the cluster. Default: the files that KUBECONFIG lists, else ~/.kube/config, else"
                            + " in a Pod its own cluster.")
    private Optional<Path> kubeconfig = Optional.empty();

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "The kubeconfig's context. Default: its current context.")
    private Optional<String> context = Optional.empty();

    /**
     * A client of the selected cluster, whose API server answers. Empty if no option names a cluster and the default files
     * name none.
     *
     * @throws Refusal if a file can't be read, the context does not exist, or no API server answers
     */
    public Optional<KubernetesClient> connect() {
        return connect(files());
    }

    /**
     * As {@link #connect()}, for a command that does without a cluster: only one that an option names must answer.
     *
     * @param silent told, in a sentence, why the cluster of the default files can't be asked
     * @throws Refusal if an option names a file or a context, and its cluster can't be asked
     */
    public Optional<KubernetesClient> connectIfPossible(Consumer<String> silent) {
        return connectIfPossible(files(), silent);
    }

    /** @param files as those of {@link #config(Collection)} */
    Optional<KubernetesClient> connectIfPossible(Collection<String> files, Consumer<String> silent) {
        try {
            return connect(files);
        } catch (Refusal refusal) {
            if (kubeconfig.isPresent() || context.isPresent()) {
                throw refusal;
            }
            silent.accept(refusal.getMessage());
            return Optional.empty();
        }
    }

    /**
     * As {@link #connect()}, for a command that is about a cluster's resources.
     *
     * @throws Refusal also if no cluster is named at all
     */
    public KubernetesClient require() {
        return connect()
                .orElseThrow(() -> new Refusal("No cluster is named: name one with --kubeconfig or KUBECONFIG"));
    }

    private Optional<KubernetesClient> connect(Collection<String> files) {
        return config(files).map(ClusterReader::connect);
    }

    /** The namespace of the selected context, {@code default} if it names none; empty: no context is selected. */
    Optional<String> currentNamespace() {
        return config(files())
                .map(config -> Optional.ofNullable(config.getNamespace())
                        .filter(name -> !name.isEmpty())
                        .orElse("default"));
    }

    private Collection<String> files() {
        return kubeconfig
                .<Collection<String>>map(file -> List.of(file.toString()))
                .orElseGet(Config::getKubeconfigFilenames);
    }

    /** @param files merged as kubectl does: the first that sets a value wins; missing ones count only if given as an option */
    Optional<Config> config(Collection<String> files) {
        var merged = ClusterReader.config(
                context.orElse(null),
                files.stream()
                        .filter(file -> !file.isEmpty())
                        .map(Path::of)
                        .filter(file -> kubeconfig.isPresent() || Files.isRegularFile(file))
                        .toList());
        if (context.isPresent()
                && merged.getContexts().stream().noneMatch(one -> one.getName().equals(context.get()))) {
            throw new Refusal("There is no context '" + Printable.of(context.get())
                    + "': kubectl config get-contexts lists them");
        }
        if (merged.getCurrentContext() != null) {
            return Optional.of(merged);
        }
        if (kubeconfig.isPresent()) {
            throw new Refusal("'" + Printable.of(kubeconfig.get().toString())
                    + "' has no current context: name one with --context");
        }
        return inPod();
    }

    /** As kubectl: in a Pod the cluster that it runs in, with the Pod's own account. */
    private static Optional<Config> inPod() {
        return Files.isReadable(Path.of(Config.KUBERNETES_SERVICE_ACCOUNT_TOKEN_PATH))
                ? Optional.of(Config.autoConfigure(null))
                : Optional.empty();
    }
}
