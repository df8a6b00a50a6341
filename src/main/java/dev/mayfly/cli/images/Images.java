package dev.mayfly.cli.images;

import dev.mayfly.cli.ClusterReader;
import dev.mayfly.cli.ClusterReader.ClusterOption;
import dev.mayfly.cli.ClusterReader.Pulled;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.EngineReader.EngineOption;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.ListOption;
import dev.mayfly.cli.Printable;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.StoredImage;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly images}. */
@Command(
        name = "images",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Tells what the images of an engine are made of, what they share, and who uses them.",
        description = {
            "OWN is what the removal of an image would free, SHARED what other images have as well. Below stands each layer once,"
                    + " with the step that made it, upon the layer that it lies on. It only reads.",
            "When a replica last ran an image is known of those that Mayfly pulled, where a kubeconfig is given."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mayfly images",
            "  mayfly images busybox:1.36",
            "  mayfly images -o json | jq -r '.[] | select(.containers == []) | .tags[]'"
        },
        exitCodeOnExecutionException = Exit.FAILED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:something could not be looked at, or there is no such image; the error output says what to do",
            "2:the command line is wrong"
        })
public final class Images implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "IMAGE",
            arity = "0..*",
            description = "Names as docker takes them, repositories without tag, or beginnings of ids. Default: all.")
    private List<String> wanted = List.of();

    @Mixin
    private EngineOption engineAt;

    @Mixin
    private ClusterOption clusterAt;

    @Mixin
    private ListOption output;

    @Override
    public Integer call() throws IOException {
        try (var engine = engineAt.connect()) {
            var all = engine.images().images().stream()
                    .sorted(Comparator.comparing(ImageNames::shortest).thenComparing(StoredImage::id))
                    .toList();
            print(chosen(all), all, used(engine.images().engine()));
            return Exit.DONE;
        }
    }

    private List<StoredImage> chosen(List<StoredImage> all) {
        var missing = wanted.stream()
                .filter(argument -> all.stream().noneMatch(image -> ImageNames.means(argument, image)))
                .toList();
        if (!missing.isEmpty()) {
            throw new Refusal(
                    "No image is called " + Printable.of(String.join(", ", missing)) + ": docker images lists them");
        }
        return all.stream()
                .filter(image ->
                        wanted.isEmpty() || wanted.stream().anyMatch(argument -> ImageNames.means(argument, image)))
                .toList();
    }

    /** Time of last use by image id, for images that Mayfly pulled to that engine. */
    private Map<String, Instant> used(String engine) {
        var credentials = clusterAt.credentials();
        if (credentials.isEmpty()) {
            return Map.of();
        }
        try (var client = ClusterReader.connect(credentials.get())) {
            return Pulled.read(client, engine).stream()
                    .map(Pulled::image)
                    .collect(Collectors.toMap(PulledImage::id, PulledImage::usedAt, (a, b) -> a.isAfter(b) ? a : b));
        }
    }

    private void print(List<StoredImage> shown, List<StoredImage> all, Map<String, Instant> used) throws IOException {
        var out = spec.commandLine().getOut();
        switch (output.format()) {
            case TABLE -> {
                ImageTable.print(shown, all, used, out);
                if (clusterAt.credentials().isEmpty()) {
                    out.println(
                            "When images were last used is known to the cluster: name one with --kubeconfig or KUBECONFIG.");
                }
            }
            case JSON -> ImageTable.json(shown, all, used, out);
        }
        out.flush();
    }
}
