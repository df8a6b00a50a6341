package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.command.CreateContainerCmd;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.image.LocalImage;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Creates a container from exactly one image, under the image's tag if it has that tag. */
final class ExactImage {
    private ExactImage() {}

    /**
     * The engine resolves a tag when it creates the container, so a container created from a tag is inspected before it
     * starts.
     *
     * @param reference as the template states it
     * @param body fills in the request
     * @return the engine's ID of the container
     */
    static String create(Engine engine, LocalImage image, String reference, UnaryOperator<CreateContainerCmd> body) {
        var tag = image.tag(reference);
        if (tag.isPresent()) {
            var container = create(engine, tag.get(), body);
            if (imageOf(engine, container).equals(Optional.of(image.id()))) {
                return container;
            }
            engine.remove(container);
        }
        return create(engine, image.exactly(reference), body);
    }

    private static String create(Engine engine, String name, UnaryOperator<CreateContainerCmd> body) {
        return body.apply(engine.create(name)).exec().getId();
    }

    private static Optional<String> imageOf(Engine engine, String container) {
        return engine.container(container).map(made -> made.getImageId());
    }
}
