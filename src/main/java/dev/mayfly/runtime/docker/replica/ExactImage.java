package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.command.CreateContainerCmd;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.image.LocalImage;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Makes a container from one image and no other, under the name that people know where the image has that. */
final class ExactImage {
    private ExactImage() {}

    /**
     * The engine goes by what a tag means at the moment of the call, so what was made by a tag is looked at before it starts.
     *
     * @param reference as the template has it
     * @param body fills the request in
     * @return the engine's id of the container
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
