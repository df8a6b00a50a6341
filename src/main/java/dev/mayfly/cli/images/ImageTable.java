package dev.mayfly.cli.images;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.mayfly.cli.Listing;
import dev.mayfly.cli.Listing.Column;
import dev.mayfly.cli.Sizes;
import dev.mayfly.core.image.StoredImage;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Images as rows of a table and as a document. */
final class ImageTable {
    private static final int MAX_NAMES = 3;
    private static final int MAX_USERS = 3;

    private ImageTable() {}

    /** @param used time of last use by a replica, by image id; only for images that Mayfly pulled */
    static Listing<StoredImage> listing(List<StoredImage> shown, Map<String, Instant> used) {
        return new Listing<>(
                shown,
                List.of(
                        Column.list("IMAGE", ImageNames::of, MAX_NAMES),
                        Column.of("ID", ImageNames::id),
                        Column.of("SIZE", image -> Sizes.of(image.sizeBytes())),
                        Column.of("OWN", image -> Sizes.of(image.ownBytes())),
                        Column.of("SHARED", image -> Sizes.of(image.sharedBytes())),
                        Column.wide(
                                "LAYERS",
                                image -> Integer.toString(image.layers().size())),
                        Column.wide("CREATED", image -> time(image.created())),
                        Column.list(
                                "USED BY",
                                image -> image.users().stream()
                                        .map(ImageNames::shortened)
                                        .toList(),
                                MAX_USERS),
                        Column.of("LAST USED", image -> time(Optional.ofNullable(used.get(image.id()))))),
                image -> "image/" + ImageNames.shortest(image),
                ImageNames::id);
    }

    private static String time(Optional<Instant> time) {
        return time.map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString()).orElse("-");
    }

    /** The summary of the rows, for people. */
    static void summarize(List<StoredImage> shown, PrintWriter err) {
        var distinct = shown.stream()
                .flatMap(image -> image.layers().stream())
                .collect(Collectors.toMap(StoredImage.Layer::id, StoredImage.Layer::bytes, (a, b) -> a));
        err.printf(
                "%d images, %d layers, %s on the disk.%n",
                shown.size(),
                distinct.size(),
                Sizes.of(distinct.values().stream().mapToLong(Long::longValue).sum()));
    }

    /** @param all all images of the engine, because they may share layers with the shown ones */
    static Object document(List<StoredImage> shown, List<StoredImage> all, Map<String, Instant> used) {
        var holders = all.stream()
                .flatMap(image -> image.layers().stream().map(layer -> Map.entry(layer.id(), image.id())))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey,
                        Collectors.mapping(Map.Entry::getValue, Collectors.toCollection(TreeSet::new))));
        var document = JsonNodeFactory.instance.arrayNode();
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
        return document;
    }

    private static void add(ArrayNode array, Collection<String> values) {
        values.forEach(array::add);
    }
}
