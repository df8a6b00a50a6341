package dev.mayfly.cli.images;

import dev.mayfly.cli.Columns;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.Sizes;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.image.StoredImage.Layer;
import dev.mayfly.core.model.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A tree of image layers. Each layer is drawn once, as a child of the layer below it, regardless of how many images
 * share it.
 */
final class LayerTree {
    private static final int MAX_STEP_LENGTH = 72;
    private static final int MAX_NAMES = 3;

    private final Layer layer;
    private final List<String> holders;
    private final Map<String, LayerTree> above = new LinkedHashMap<>();
    private final List<String> tops = new ArrayList<>();

    private LayerTree(Layer layer, List<String> holders) {
        this.layer = layer;
        this.holders = holders;
    }

    /** @param shown images whose layers are drawn @param all all images of the engine, because they may share layers */
    static void draw(Collection<StoredImage> shown, Collection<StoredImage> all, Consumer<String> line) {
        var holders = all.stream()
                .flatMap(image -> image.layers().stream().map(l -> Map.entry(l.id(), ImageNames.shortest(image))))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        var root = new LayerTree(null, List.of());
        for (var image : shown) {
            var node = root;
            for (var layer : image.layers()) {
                node = node.above.computeIfAbsent(layer.id(), id -> new LayerTree(layer, holders.get(id)));
            }
            node.tops.add(ImageNames.shortest(image));
        }
        root.above.values().forEach(bottom -> bottom.draw("", "", line));
    }

    private void draw(String first, String rest, Consumer<String> line) {
        line.accept(first + Sizes.of(layer.bytes()) + "  " + step() + sharing());
        var left = above.size();
        // a chain is drawn without indentation: only a fork branches
        for (var next : above.values()) {
            left--;
            if (above.size() == 1 && tops.isEmpty()) {
                next.draw(rest, rest, line);
            } else {
                next.draw(rest + (left > 0 ? "├─ " : "└─ "), rest + (left > 0 ? "│  " : "   "), line);
            }
        }
    }

    private String step() {
        var step = layer.step().isEmpty() ? "(no step noted)" : layer.step();
        return Printable.of(Text.shortened(step, MAX_STEP_LENGTH));
    }

    private String sharing() {
        var text = new StringBuilder();
        if (!tops.isEmpty()) {
            text.append("  = ").append(abbreviate(tops));
        }
        if (holders.size() > 1 && holders.size() > tops.size()) {
            text.append("  shared by ").append(holders.size()).append(": ").append(abbreviate(holders));
        }
        return text.toString();
    }

    private static String abbreviate(List<String> names) {
        return Columns.abbreviated(names.stream().sorted().map(Printable::of).toList(), MAX_NAMES);
    }
}
