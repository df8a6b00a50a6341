package dev.mayfly.cli.images;

import dev.mayfly.cli.ClusterOption;
import dev.mayfly.cli.ClusterReader.Pulled;
import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.cli.EngineReader.EngineOption;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.FilterOption;
import dev.mayfly.cli.OutputOption;
import dev.mayfly.cli.OutputOption.Format;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ProgressLine;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.runtime.ImageStore;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly images}. */
@Command(
        name = "images",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "List images with their sizes, what they share, and who uses them.",
        description = {
            "OWN is what the removal of an image would free, SHARED what other images have as well. It only reads.",
            "LAST USED, the time when a replica last ran the image, is known of those that Mayfly pulled, where a cluster is"
                    + " selected.",
            "Filters: reference (docker's), dangling (true or false: it has no tag), used (true or false: a container or an"
                    + " image needs it)."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  mayfly images", "  mayfly images --tree busybox:1.36", "  mayfly images --filter used=false -q"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed, or there is no such image; the error output says what to do",
            "2:wrong command line"
        })
public final class Images implements Callable<Integer> {
    private static final Map<String, BiPredicate<StoredImage, String>> FILTERS = Map.of(
            "reference",
            (image, value) -> ImageNames.of(image).stream().anyMatch(name -> FilterOption.matches(name, value)),
            "dangling",
            (image, value) -> Boolean.toString(image.tags().isEmpty()).equals(value),
            "used",
            (image, value) -> Boolean.toString(!image.users().isEmpty()).equals(value));

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
    private FilterOption filter;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--tree",
            description =
                    "Draw the layers instead: each once, with the step that made it, upon the layer that it lies on.")
    private boolean tree;

    private boolean complete = true;

    @Override
    public Integer call() throws IOException {
        var isSelected = filter.predicate(FILTERS);
        try (var engine = engineAt.connect()) {
            var all = read(engine);
            var shown = all.stream().filter(this::isWanted).filter(isSelected).toList();
            print(shown, all, namesOnly() ? Map.of() : used(engine.images()));
            wanted.stream()
                    .filter(argument -> all.stream().noneMatch(image -> ImageNames.means(argument, image)))
                    .forEach(argument ->
                            complain("No image is called " + Printable.of(argument) + ": mayfly images lists them"));
            return complete ? Exit.DONE : Exit.FAILED;
        }
    }

    private List<StoredImage> read(EngineReader engine) {
        try (var progress = ProgressLine.of(spec.commandLine(), "looking at images")) {
            var store = engine.images();
            var images = namesOnly() ? store.imagesWithoutLayers() : store.images();
            return images.stream()
                    .sorted(Comparator.comparing(ImageNames::shortest).thenComparing(StoredImage::id))
                    .toList();
        }
    }

    /** Whether neither layers nor times of use are printed. */
    private boolean namesOnly() {
        return output.format() == Format.NAME && !tree;
    }

    private boolean isWanted(StoredImage image) {
        return wanted.isEmpty() || wanted.stream().anyMatch(argument -> ImageNames.means(argument, image));
    }

    /** Time of last use by image id, for images that Mayfly pulled to that engine. Images are listed without it, too. */
    private Map<String, Instant> used(ImageStore store) {
        try (var client = clusterAt.connect().orElse(null)) {
            if (client == null) {
                return Map.of();
            }
            return Pulled.read(client, store.engine()).stream()
                    .map(Pulled::image)
                    .collect(Collectors.toMap(PulledImage::id, PulledImage::usedAt, (a, b) -> a.isAfter(b) ? a : b));
        } catch (RuntimeException failure) {
            complain(Complaint.about(failure).orElseThrow(() -> failure));
            return Map.of();
        }
    }

    private void complain(String sentence) {
        Complaint.print(spec.commandLine(), sentence);
        complete = false;
    }

    private void print(List<StoredImage> shown, List<StoredImage> all, Map<String, Instant> used) {
        var out = spec.commandLine().getOut();
        if (tree) {
            LayerTree.draw(shown, all, out::println);
            out.flush();
        } else {
            output.print(ImageTable.listing(shown, used), () -> ImageTable.document(shown, all, used), out);
        }
        if (tree || output.isTable()) {
            ImageTable.summarize(shown, spec.commandLine().getErr());
        }
    }
}
