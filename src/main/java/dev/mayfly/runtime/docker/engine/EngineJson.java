package dev.mayfly.runtime.docker.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.ImageHistory;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientConfigDelegate;
import dev.mayfly.core.model.Text;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Reads the engine's descriptions of images and containers, parts of which the builder of an image wrote. */
public final class EngineJson {
    /** How much is shown of a field's name, which may be a key that somebody else chose. */
    private static final int SHOWN = 200;
    /** Limits of the description of one image or container: as a tree it takes up to ten times as much. */
    private static final int MOST_BYTES = 4 << 20;

    private static final int MOST_TOKENS = 100_000;
    /** Bytes that are read of a string in a list of images: no name of an image is longer. */
    private static final int LONGEST = 4 << 10;

    private static final ObjectMapper DESCRIPTIONS =
            mapper(StreamReadConstraints.builder().maxDocumentLength(MOST_BYTES).maxTokenCount(MOST_TOKENS));
    private static final ObjectMapper LISTS = mapper(StreamReadConstraints.builder());

    private EngineJson() {}

    /**
     * A description that docker-java can't read. It concerns that one object, so it counts as a refusal of the engine,
     * which did answer.
     */
    public static final class Unreadable extends DockerException {
        private static final long serialVersionUID = 1L;
        private static final int OK = 200;

        private Unreadable(JsonProcessingException cause) {
            super("its description can't be read" + reason(cause), OK, cause);
        }

        /** The message of the cause would quote the value. */
        private static String reason(JsonProcessingException cause) {
            if (cause instanceof StreamConstraintsException) {
                return ", because it is larger than %d MiB or has more than %,d names and values"
                        .formatted(MOST_BYTES >> 20, MOST_TOKENS);
            }
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

    /** The images of a list, without their LABELs, of which their authors may have written any number. */
    static List<Image> images(InputStream json) throws IOException {
        try (var list = LISTS.createParser(new ShortenedStrings(json, LONGEST));
                var unlabelled =
                        new FilteringParserDelegate(list, new WithoutLabels(), Inclusion.INCLUDE_ALL_AND_PATH, true)) {
            return LISTS.readValue(unlabelled, new TypeReference<>() {});
        }
    }

    /** Keeps no names beyond one answer, since anybody may have chosen them. */
    private static ObjectMapper mapper(StreamReadConstraints.Builder limits) {
        return DockerClientConfig.getDefaultObjectMapper()
                .copyWith(JsonFactory.builder()
                        .streamReadConstraints(limits.maxNameLength(MOST_BYTES).build())
                        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                        .build());
    }

    private static final class WithoutLabels extends TokenFilter {
        @Override
        public TokenFilter includeProperty(String name) {
            return name.equals("Labels") ? null : this;
        }

        @Override
        public boolean includeEmptyArray(boolean filtered) {
            return true;
        }

        @Override
        public boolean includeEmptyObject(boolean filtered) {
            return true;
        }
    }

    /** A module would not do: docker-java's own comes after it and reads all below a description with another mapper. */
    private static final class LenientMapper extends ObjectMapper {
        private static final long serialVersionUID = 1L;
        private static final Type IMAGES = new TypeReference<List<Image>>() {}.getType();
        private static final Type HISTORY = new TypeReference<List<ImageHistory>>() {}.getType();
        private static final Set<Type> LENIENT = Set.of(InspectContainerResponse.class, InspectImageResponse.class);

        LenientMapper() {
            super(DockerClientConfig.getDefaultObjectMapper());
        }

        @Override
        @SuppressWarnings("unchecked") // the type is that of a list of images
        public <T> T readValue(InputStream json, TypeReference<T> type) throws IOException {
            if (type.getType().equals(IMAGES)) {
                return (T) images(json);
            }
            if (type.getType().equals(HISTORY)) {
                return DESCRIPTIONS.readValue(json, type);
            }
            return LENIENT.contains(type.getType()) ? description(json, type) : super.readValue(json, type);
        }

        private static <T> T description(InputStream json, TypeReference<T> type) throws IOException {
            var description = DESCRIPTIONS.readTree(json);
            for (var configuration : new String[] {"Config", "ContainerConfig"}) {
                remove(description.path(configuration), "ExposedPorts");
                remove(description.path(configuration).path("Healthcheck"), "Retries");
            }
            remove(description.path("NetworkSettings"), "Ports");
            return DESCRIPTIONS.treeToValue(description, DESCRIPTIONS.constructType(type));
        }

        private static void remove(JsonNode part, String field) {
            if (part instanceof ObjectNode object) {
                object.remove(field);
            }
        }
    }
}
