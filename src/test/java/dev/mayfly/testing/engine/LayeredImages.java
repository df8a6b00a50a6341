package dev.mayfly.testing.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Makes images on the engine, of layers with random content. */
public final class LayeredImages implements AutoCloseable {
    private static final int KIB = 1024;

    private final DockerClient client;
    private final Path directory;
    private final List<String> made = new ArrayList<>();

    public LayeredImages(DockerClient client, Path directory) {
        this.client = client;
        this.directory = directory;
    }

    /** An image upon another one, with a layer for each size. @return its reference */
    public String make(String reference, String from, int... kibibytes) {
        var below = from;
        for (var layer : kibibytes) {
            below = commit(below, layer);
        }
        client.tagImageCmd(below, reference.substring(0, reference.lastIndexOf(':')), tag(reference))
                .exec();
        made.add(reference);
        return reference;
    }

    private String commit(String from, int kibibytes) {
        var container = client.createContainerCmd(from).withCmd("true").exec().getId();
        try {
            client.copyArchiveToContainerCmd(container)
                    .withHostResource(random(kibibytes).toString())
                    .withRemotePath("/")
                    .exec();
            return client.commitCmd(container).exec();
        } finally {
            client.removeContainerCmd(container).exec();
        }
    }

    private Path random(int kibibytes) {
        var content = new byte[kibibytes * KIB];
        ThreadLocalRandom.current().nextBytes(content);
        try {
            return Files.write(Files.createTempFile(directory, "layer", ""), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tag(String reference) {
        return reference.substring(reference.lastIndexOf(':') + 1);
    }

    /** Takes the names away that were given here. */
    @Override
    public void close() {
        made.reversed().forEach(reference -> {
            try {
                client.removeImageCmd(reference).withForce(true).exec();
            } catch (NotFoundException gone) {
                // by the test itself
            }
        });
    }
}
