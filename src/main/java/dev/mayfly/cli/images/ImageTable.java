package dev.mayfly.cli.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.mayfly.cli.Columns;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.Sizes;
import dev.mayfly.core.image.StoredImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints images as a table or as JSON. */
final class ImageTable {
    private static final List<String> HEADER = List.of("IMAGE", "ID", "SIZE", "OWN", "SHARED", "USED BY", "LAST USED");
    private static final int MAX_USERS = 3;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ImageTable() {}

    /**
     * @param all all images of the engine, because they may share layers with the shown ones
     * @param used time of last use by a replica, by image id; only for images that Mayfly pulled
     */
    static void print(List<StoredImage> shown, List<StoredImage> all, Map<String, Instant> used, PrintWriter out) {
        if (shown.isEmpty()) {
            out.println("The engine has no images.");
            return;
        }
        var rows = Stream.concat(Stream.of(HEADER), shown.stream().map(image -> row(image, used.get(image.id()))));
        Columns.print(rows.toList(), out);
        out.println();
        LayerTree.draw(shown, all, out::println);
        out.println();
        var distinct = shown.stream()
                .flatMap(image -> image.layers().stream())
                .collect(Collectors.toMap(StoredImage.Layer::id, StoredImage.Layer::bytes, (a, b) -> a));
        out.printf(
                "%d images, %d layers, %s on the disk.%n",
                shown.size(),
                distinct.size(),
                Sizes.of(distinct.values().stream().mapToLong(Long::longValue).sum()));
    }

    private static List<String> row(StoredImage image, Instant used) {
        return Stream.of(
                        String.join(", ", ImageNames.of(image)),
                        ImageNames.id(image),
                        Sizes.of(image.sizeBytes()),
                        Sizes.of(image.ownBytes()),
                        Sizes.of(image.sharedBytes()),
                        Columns.abbreviated(
                                image.users().stream()
                                        .map(ImageNames::shortened)
                                        .toList(),
                                MAX_USERS),
                        used == null
                                ? "-"
                                : used.truncatedTo(ChronoUnit.SECONDS).toString())
                .map(Printable::of)
                .toList();
    }

    static void json(List<StoredImage> shown, List<StoredImage> all, Map<String, Instant> used, PrintWriter out)
            throws IOException {
        var holders = all.stream()
                .flatMap(image -> image.layers().stream().map(layer -> Map.entry(layer.id(), image.id())))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey,
                        Collectors.mapping(Map.Entry::getValue, Collectors.toCollection(TreeSet::new))));
        var document = JSON.createArrayNode();
        for (var image : shown) {
            var entry = document.addObject().put("id", image.id());
            add(entry.putArray("tags"), image.tags());
            add(entry.putArray("digests"), image.digests());
            entry.put("sizeBytes", image.sizeBytes())
                    .put("ownBytes", image.ownBytes())
                    .put("sharedBytes", image.sharedBytes())
                    .put("created", image.created().map(Instant::toString).orElse(null));
            add(entry.putArray("containers"), image.containers());
            add(entry.putArray("images"), image.children());
            entry.put(
                    "lastUsed",
                    used.containsKey(image.id()) ? used.get(image.id()).toString() : null);
            var layers = entry.putArray("layers");
            for (var layer : image.layers()) {
                var one = layers.addObject()
                        .put("id", layer.id())
                        .put("bytes", layer.bytes())
                        .put("step", layer.step());
                add(
                        one.putArray("sharedWith"),
                        holders.get(layer.id()).stream()
                                .filter(id -> !id.equals(image.id()))
                                .toList());
            }
        }
        out.println(JSON.writeValueAsString(document));
    }

    private static void add(ArrayNode array, Collection<String> values) {
        values.forEach(array::add);
    }
}
