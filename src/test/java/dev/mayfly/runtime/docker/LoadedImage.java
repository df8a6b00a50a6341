package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.imagearchive.Tars;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** An image that a test makes, byte by byte, and loads into the engine. */
public final class LoadedImage implements AutoCloseable {
    private final DockerClient client;
    private final String id;

    /**
     * @param tag {@code repository:tag}
     * @param config the {@code config} of its configuration, as JSON
     * @param rest of its configuration, as JSON after a comma, or empty
     * @param layers tars, from the lowest
     */
    public LoadedImage(DockerClient client, String tag, String config, String rest, byte[]... layers) {
        this.client = client;
        var digests =
                Arrays.stream(layers).map(Tars::digest).map(LoadedImage::quoted).collect(Collectors.joining(","));
        var image = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":" + config
                + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + digests + "]}" + rest + "}";
        client.loadImageCmd(archive(tag, image, List.of(layers))).exec();
        id = client.inspectImageCmd(tag)
                .exec()
                .getId(); // of its configuration, or of its manifest in containerd's image store
    }

    /** {@code sha256:…} */
    public String id() {
        return id;
    }

    private static InputStream archive(String tag, String image, List<byte[]> layers) {
        var files = new ArrayList<Object>();
        var names = new ArrayList<String>();
        for (var i = 0; i < layers.size(); i++) {
            names.add(quoted(i + "/layer.tar"));
            files.addAll(List.of(i + "/layer.tar", layers.get(i)));
        }
        files.addAll(List.of(
                "config.json",
                image,
                "manifest.json",
                "[{\"Config\":\"config.json\",\"RepoTags\":[" + quoted(tag) + "],\"Layers\":" + names + "}]"));
        return new ByteArrayInputStream(Tars.files(files.toArray()));
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    @Override
    public void close() {
        try {
            client.removeImageCmd(id).withForce(true).exec();
        } catch (DockerException gone) {
            // a test removed it
        }
    }
}
