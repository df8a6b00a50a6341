package dev.mayfly.cli.images;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.cli.ClusterOption;
import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.EngineReader.EngineOption;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ProgressLine;
import dev.mayfly.cli.Sizes;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.operator.image.ReferencedImages;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly rmi}, the only command that changes anything. */
@Command(
        name = "rmi",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Remove unused images.",
        description = {
            "Removes names, and with its last name the image; never by force. An image stays, and its users are named, if a"
                    + " container, running or not, was made from it, if another image was built upon it, or if a workload, an"
                    + " earlier revision of one, a task or a prePull of the cluster needs it.",
            "Without a cluster nobody knows what the workloads need, so nothing is removed without --force-without-cluster."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mayfly rmi busybox:1.36",
            "  mayfly rmi --dry-run 127.0.0.1:5000/shop:2 d94e9bbb",
            "  mayfly rmi --force-without-cluster busybox:1.36"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all are removed, or would be",
            "1:one stays, or there is no such image, or there is no cluster; the error output says why",
            "2:wrong command line"
        })
public final class RemoveImages implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "IMAGE",
            arity = "1..*",
            description =
                    "Names as docker takes them, of which only that name goes; or beginnings of ids, with all their names.")
    private List<String> wanted = List.of();

    @Mixin
    private EngineOption engineAt;

    @Mixin
    private ClusterOption clusterAt;

    @Option(names = "--dry-run", description = "Only print what would be removed.")
    private boolean dryRun;

    @Option(
            names = "--force-without-cluster",
            description =
                    "Remove images although workloads may need them, if no option names a cluster and none answers.")
    private boolean forceWithoutCluster;

    @Override
    public Integer call() throws IOException {
        var needs = needs();
        try (var engine = engineAt.connect()) {
            var exit = Exit.DONE;
            for (var argument : wanted) {
                try (var progress = ProgressLine.of(spec.commandLine(), "removing " + Printable.of(argument))) {
                    var done = remove(engine.images(), argument, needs);
                    progress.close();
                    spec.commandLine().getOut().println(done);
                    spec.commandLine().getOut().flush();
                } catch (ImageStore.Stays | RuntimeUnavailable | Refusal stays) {
                    Complaint.print(spec.commandLine(), Printable.of(stays.getMessage()));
                    exit = Exit.FAILED;
                }
            }
            return exit;
        }
    }

    private String remove(ImageStore store, String argument, Map<String, SortedSet<String>> needs) {
        var found = store.images().stream()
                .filter(image -> named(argument, image) || ImageNames.begins(argument, image))
                .toList();
        if (found.size() != 1) {
            throw new Refusal(
                    found.isEmpty()
                            ? "No image is called " + argument + ": mayfly images lists them"
                            : argument + " is the beginning of " + found.size() + " ids: write more of it");
        }
        var image = found.getFirst();
        var users = new TreeSet<String>();
        needs.forEach((reference, by) -> users.addAll(image.matches(reference) ? by : List.of()));
        if (!users.isEmpty()) {
            throw new Refusal(argument + " is needed by " + String.join(", ", users) + ", so it stays.");
        }
        if (argument.contains("@")
                && !image.tagsBeside(ImageName.full(argument)).isEmpty()) {
            // with containerd's image store the engine would take these as well
            throw new Refusal(argument + " goes with the last tag of its repository: remove "
                    + String.join(", ", image.tagsBeside(ImageName.full(argument))));
        }
        var names = named(argument, image)
                ? List.of(ImageName.full(argument))
                : image.names().toList();
        if (dryRun) {
            return preview(argument, image, names);
        }
        var removed = store.remove(image, names);
        return removed.images() == 0
                ? "Removed the name " + argument + ". The image has others and stays."
                : "Removed %s: %d %s, %s are free again."
                        .formatted(
                                argument,
                                removed.layers(),
                                removed.layers() == 1 ? "layer" : "layers",
                                Sizes.of(removed.bytes()));
    }

    private static String preview(String argument, StoredImage image, List<String> names) {
        if (!image.goesWith(names)) {
            return "Would remove the name " + argument + ". The image has others and stays.";
        }
        if (!image.users().isEmpty()) {
            throw new Refusal(argument + " is in use by " + String.join(", ", image.users()) + ", so it would stay.");
        }
        return "Would remove " + argument + ": " + Sizes.of(image.ownBytes()) + " would be free again.";
    }

    private static boolean named(String argument, StoredImage image) {
        return image.names().anyMatch(ImageName.full(argument)::equals);
    }

    /**
     * References needed in the cluster and the objects that need them.
     *
     * @throws Refusal without a cluster, unless that is forced
     */
    private Map<String, SortedSet<String>> needs() {
        try (var client = cluster().orElse(null)) {
            if (client != null) {
                return new ReferencedImages(client)
                        .read(
                                templated(client),
                                client.resources(ImagePolicy.class).list().getItems());
            }
            if (forceWithoutCluster) {
                return Map.of();
            }
            throw new Refusal("Nothing is removed, because no cluster says what its workloads need: name one with"
                    + " --kubeconfig or KUBECONFIG, or use --force-without-cluster");
        }
    }

    /** Empty if there is none, and, where that is forced, if no option names it and it does not answer. */
    private Optional<KubernetesClient> cluster() {
        return forceWithoutCluster
                ? clusterAt.connectIfPossible(silent -> Complaint.print(spec.commandLine(), silent))
                : clusterAt.connect();
    }

    private static Collection<Templated> templated(KubernetesClient client) {
        var all = new ArrayList<Templated>();
        all.addAll(client.resources(EphemeralWorkload.class)
                .inAnyNamespace()
                .list()
                .getItems());
        all.addAll(client.resources(EphemeralTask.class).inAnyNamespace().list().getItems());
        return all;
    }
}
