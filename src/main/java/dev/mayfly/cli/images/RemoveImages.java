package dev.mayfly.cli.images;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.cli.ClusterReader;
import dev.mayfly.cli.ClusterReader.ClusterOption;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.EngineReader.EngineOption;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Printable;
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
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly rmi}, the only command that changes anything. */
@Command(
        name = "rmi",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Removes images that nobody uses.",
        description = {
            "Takes the names away, and with the last name the image; never by force. One that a container was made from, running or"
                    + " not, or that another image was built upon, stays, and its users are named. With a kubeconfig so does one that"
                    + " a workload, an earlier revision of one, a task or a prePull names."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  mayfly rmi busybox:1.36", "  mayfly rmi --kubeconfig ~/.kube/config 127.0.0.1:5000/shop:2 d94e9bbb"
        },
        exitCodeOnExecutionException = Exit.FAILED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all are removed",
            "1:one stays, or there is no such image; the error output says why",
            "2:the command line is wrong"
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

    @Override
    public Integer call() throws IOException {
        try (var engine = engineAt.connect()) {
            var needs = needs();
            var exit = Exit.DONE;
            for (var argument : wanted) {
                try {
                    spec.commandLine().getOut().println(remove(engine.images(), argument, needs));
                } catch (ImageStore.Stays | RuntimeUnavailable | Refusal stays) {
                    spec.commandLine().getErr().println("mayfly: " + Printable.of(stays.getMessage()));
                    exit = Exit.FAILED;
                }
            }
            return exit;
        }
    }

    private static String remove(ImageStore store, String argument, Map<String, SortedSet<String>> needs) {
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
        var names = named(argument, image)
                ? List.of(ImageName.full(argument))
                : image.names().toList();
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

    private static boolean named(String argument, StoredImage image) {
        return image.names().anyMatch(ImageName.full(argument)::equals);
    }

    /** References needed in the cluster and the objects that need them; empty if no cluster is given. */
    private Map<String, SortedSet<String>> needs() {
        if (clusterAt.credentials().isEmpty()) {
            return Map.of();
        }
        try (var client = ClusterReader.connect(clusterAt.credentials().get())) {
            return new ReferencedImages(client)
                    .read(
                            templated(client),
                            client.resources(ImagePolicy.class).list().getItems());
        }
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
