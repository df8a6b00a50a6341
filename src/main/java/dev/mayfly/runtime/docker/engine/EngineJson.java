package dev.mayfly.runtime.docker.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientConfigDelegate;
import dev.mayfly.core.model.Text;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.function.Supplier;

/** Reads the engine's descriptions of images and containers, parts of which the builder of an image wrote. */
public final class EngineJson {
    /** How much is shown of a field's name, which may be a key that somebody else chose. */
    private static final int SHOWN = 200;

    private EngineJson() {}

    /**
     * A description that docker-java can't read. It concerns that one object, so it counts as a refusal of the engine,
     * which did answer.
     */
    public static final class Unreadable extends DockerException {
        private static final long serialVersionUID = 1L;
        private static final int OK = 200;

        private Unreadable(JsonProcessingException cause) {
            super("its description can't be read" + place(cause), OK, cause);
        }

        /** The message of the cause would quote the value. */
        private static String place(JsonProcessingException cause) {
            return cause instanceof JsonMappingException mapping
                            && !mapping.getPath().isEmpty()
                    ? " at " + Text.escaped(Text.shortened(field(mapping), SHOWN))
                    : "";
        }

        private static String field(JsonMappingException mapping) {
            var place = new StringBuilder();
            for (var step : mapping.getPath()) {
                place.append(place.isEmpty() ? "" : ".")
                        .append(step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName());
            }
            return place.toString();
        }
    }

    /**
     * Asks for one description.
     *
     * @throws Unreadable if the engine's answer can't be read. An answer that was cut off is silence, and is rethrown as
     *     docker-java reports it
     */
    public static <T> T read(Supplier<T> call) {
        try {
            return call.get();
        } catch (DockerException refused) {
            throw refused;
        } catch (RuntimeException failed) {
            if (failed.getCause() instanceof JsonProcessingException unreadable
                    && !(failed.getCause() instanceof JsonEOFException)) {
                throw new Unreadable(unreadable);
            }
            throw failed;
        }
    }

    /**
     * The configuration with a reader that skips what an image may state, Mayfly reads nowhere, and docker-java fails for:
     * ports, which may be a range or of another protocol than docker-java knows, and a health check's retries, which may
     * be too many for an int.
     */
    static DockerClientConfig lenient(DockerClientConfig config) {
        var mapper = new LenientMapper();
        return new DockerClientConfigDelegate(config) {
            @Override
            public ObjectMapper getObjectMapper() {
                return mapper;
            }
        };
    }

    /** A module would not do: docker-java's own comes after it and reads all below a description with another mapper. */
    private static final class LenientMapper extends ObjectMapper {
        private static final long serialVersionUID = 1L;
        private static final Set<?> DESCRIPTIONS = Set.of(InspectContainerResponse.class, InspectImageResponse.class);

        LenientMapper() {
            super(DockerClientConfig.getDefaultObjectMapper());
        }

        @Override
        public <T> T readValue(InputStream json, TypeReference<T> type) throws IOException {
            if (!DESCRIPTIONS.contains(type.getType())) {
                return super.readValue(json, type);
            }
            var description = readTree(json);
            for (var configuration : new String[] {"Config", "ContainerConfig"}) {
                remove(description.path(configuration), "ExposedPorts");
                remove(description.path(configuration).path("Healthcheck"), "Retries");
            }
            remove(description.path("NetworkSettings"), "Ports");
            return treeToValue(description, type);
        }

        private static void remove(JsonNode part, String field) {
            if (part instanceof ObjectNode object) {
                object.remove(field);
            }
        }
    }
}
