package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.model.ImageHistory;
import dev.mayfly.core.image.StoredImage.Layer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Layers of an image with their sizes. Pure. */
final class ImageLayers {
    /** Instructions that create no layer. The classic builder writes them after {@code #(nop)}. */
    private static final Set<String> WITHOUT_LAYER = Set.of(
            "ARG",
            "CMD",
            "ENTRYPOINT",
            "ENV",
            "EXPOSE",
            "HEALTHCHECK",
            "LABEL",
            "MAINTAINER",
            "ONBUILD",
            "SHELL",
            "STOPSIGNAL",
            "USER",
            "VOLUME");

    private static final String NO_OPERATION = "#(nop)";

    private ImageLayers() {}

    /**
     * The engine reports sizes per build step, but not which steps created a layer. A step with a size did. Of the
     * steps without a size, the lowest candidates count until the number of layers is reached.
     *
     * @param content content IDs of the layers (diff IDs), lowest first
     * @param history steps as the engine reports them, newest first
     */
    static List<Layer> of(List<String> content, List<ImageHistory> history) {
        var empty = content.size() - history.stream().filter(ImageLayers::sized).count();
        var layers = new ArrayList<Layer>();
        var chain = "";
        for (var step : history.reversed()) {
            if (layers.size() < content.size() && (sized(step) || empty > 0 && mayMakeLayer(step))) {
                empty -= sized(step) ? 0 : 1;
                chain = chain(chain, content.get(layers.size()));
                layers.add(new Layer(
                        chain,
                        Objects.requireNonNullElse(step.getSize(), 0L),
                        Objects.requireNonNullElse(step.getCreatedBy(), "")));
            }
        }
        while (layers.size() < content.size()) { // layers missing in the history have no known size
            chain = chain(chain, content.get(layers.size()));
            layers.add(new Layer(chain, 0));
        }
        return List.copyOf(layers);
    }

    private static boolean sized(ImageHistory step) {
        return step.getSize() != null && step.getSize() > 0;
    }

    private static boolean mayMakeLayer(ImageHistory step) {
        var by = Objects.requireNonNullElse(step.getCreatedBy(), "");
        var nop = by.indexOf(NO_OPERATION);
        var instruction = (nop < 0 ? by : by.substring(nop + NO_OPERATION.length())).strip();
        var space = instruction.indexOf(' ');
        return !WITHOUT_LAYER.contains(space < 0 ? instruction : instruction.substring(0, space));
    }

    /** See https://github.com/opencontainers/image-spec/blob/main/config.md#layer-chainid. */
    private static String chain(String below, String content) {
        if (below.isEmpty()) {
            return content;
        }
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest((below + " " + content).getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
