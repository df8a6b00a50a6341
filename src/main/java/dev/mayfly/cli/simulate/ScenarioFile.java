package dev.mayfly.cli.simulate;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.simulate.EngineSpec.Share;
import dev.mayfly.cli.simulate.Scenario.Run;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.simulated.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Reads scenarios. A field that is not known, or has no such value, is refused with its line. */
public final class ScenarioFile {
    private static final long MAX_BYTES = 1 << 20;
    private static final int MAX_WORDS = 300;
    private static final List<String> NOT_MERGED = List.of("name", "variants", "description");
    private static final ObjectMapper YAML = mapper();

    private ScenarioFile() {}

    /** @throws Refusal if the file can't be read or is wrong; the message names file, line and field */
    static Scenario read(Path file) {
        return read(file, Scenario.class);
    }

    /** The engine of a file that has nothing else. @throws Refusal as {@link #read(Path)} */
    public static EngineSpec engine(Path file) {
        return read(file, EngineSpec.class);
    }

    /** The simulations that a scenario compares, at least one. @throws Refusal as {@link #read(Path)} */
    static List<Run> runs(Path file) {
        var scenario = read(file);
        var tree = (ObjectNode) tree(file);
        var variants = tree.path("variants");
        var runs = new ArrayList<Run>();
        if (variants.isEmpty()) {
            runs.add(run(tree, "scenario"));
        }
        for (var index = 0; index < variants.size(); index++) {
            var name = scenario.variants().get(index).name();
            runs.add(run(merged(tree, without(variants.get(index))), name == null ? "variant " + (index + 1) : name));
        }
        return runs;
    }

    private static Run run(JsonNode tree, String name) {
        try {
            var scenario = YAML.treeToValue(without(tree), Scenario.class);
            var changed = merged(tree.path("workload"), tree.path("change"));
            return scenario.run(name, YAML.treeToValue(changed, EphemeralWorkloadSpec.class));
        } catch (JsonProcessingException wrong) {
            throw refusal(name, words(wrong));
        } catch (Refusal wrong) {
            throw refusal(name, wrong.getMessage());
        }
    }

    private static Refusal refusal(String variant, String why) {
        return new Refusal("In '" + Printable.of(variant) + "': " + why);
    }

    /** The fields that were read for each variant already. */
    private static JsonNode without(JsonNode tree) {
        return ((ObjectNode) tree.deepCopy()).without(NOT_MERGED);
    }

    private static JsonNode merged(JsonNode below, JsonNode above) {
        if (!(below instanceof ObjectNode fields) || !(above instanceof ObjectNode changes)) {
            return above.isMissingNode() || above.isNull() ? below : above;
        }
        var merged = fields.deepCopy();
        changes.properties()
                .forEach(
                        change -> merged.set(change.getKey(), merged(fields.path(change.getKey()), change.getValue())));
        return merged;
    }

    /** A file of that type, in which every field is known. @throws Refusal as {@link #read(Path)} */
    public static <T> T read(Path file, Class<T> type) {
        try (MappingIterator<T> documents = YAML.readerFor(type).readValues(text(file))) {
            if (!documents.hasNextValue()) {
                throw new Refusal(name(file) + " is empty");
            }
            var first = documents.nextValue();
            if (documents.hasNextValue()) {
                throw new Refusal(name(file) + " has several documents: name a file with one");
            }
            return first;
        } catch (JsonProcessingException wrong) {
            throw refusal(file, wrong);
        } catch (IOException unreadable) {
            throw new Refusal(name(file) + " can't be read: name another file with -f");
        }
    }

    private static JsonNode tree(Path file) {
        try {
            return YAML.readTree(text(file));
        } catch (JsonProcessingException wrong) {
            throw refusal(file, wrong);
        }
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new Refusal(name(file) + " has more than " + MAX_BYTES + " bytes, which no scenario has");
            }
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new Refusal(name(file) + " can't be read: name another file with -f");
        }
    }

    private static String name(Path file) {
        return "'" + Printable.of(file.toString()) + "'";
    }

    private static Refusal refusal(Path file, JsonProcessingException wrong) {
        var at = wrong.getLocation();
        return new Refusal(name(file) + (at == null ? "" : ", line " + at.getLineNr()) + ": " + words(wrong));
    }

    private static String words(JsonProcessingException wrong) {
        var field = wrong instanceof JsonMappingException mapping ? field(mapping) : "";
        var what = wrong instanceof UnrecognizedPropertyException unknown
                ? "is no field here; these are: " + known(unknown)
                : reason(wrong);
        return (field.isEmpty() ? "" : Printable.of(field) + " ")
                + Printable.of(Text.shortened(Text.oneLine(what), MAX_WORDS));
    }

    private static String reason(JsonProcessingException wrong) {
        Throwable cause = wrong;
        while (cause.getCause() != null && !(cause instanceof IllegalArgumentException)) {
            cause = cause.getCause();
        }
        if (cause instanceof IllegalArgumentException said) {
            return "is wrong: " + said.getMessage();
        }
        return wrong instanceof MismatchedInputException
                ? "has a value of another type than it takes"
                : wrong.getOriginalMessage();
    }

    private static String known(UnrecognizedPropertyException unknown) {
        Collection<Object> known = unknown.getKnownPropertyIds();
        return known == null ? "" : known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }

    private static String field(JsonMappingException wrong) {
        var path = new StringBuilder();
        for (var step : wrong.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static ObjectMapper mapper() {
        var types = new SimpleModule()
                .addDeserializer(Duration.class, new DurationReader())
                .addDeserializer(Share.class, new ShareReader())
                .addDeserializer(Distribution.class, new DistributionReader());
        return new ObjectMapper(new YAMLFactory())
                .registerModule(types)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .setAnnotationIntrospector(new StrictFields());
    }

    /** The API's types ignore fields that they don't know, since a later version may have them; a person's typo is none. */
    private static final class StrictFields extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonIgnoreProperties.Value findPropertyIgnoralByName(MapperConfig<?> config, Annotated of) {
            return JsonIgnoreProperties.Value.empty();
        }
    }

    /** Reads a value; an error in it is reported with its place. */
    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T reading(JsonParser parser, Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (IllegalArgumentException wrong) {
            throw JsonMappingException.from(parser, "is wrong: " + wrong.getMessage());
        }
    }

    private static final class DurationReader extends JsonDeserializer<Duration> {
        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return reading(parser, () -> Times.parse(parser.getValueAsString("")));
        }
    }

    private static final class ShareReader extends JsonDeserializer<Share> {
        @Override
        public Share deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return reading(parser, () -> Times.share(parser.getValueAsString("")));
        }
    }

    private static final class DistributionReader extends JsonDeserializer<Distribution> {
        /** A time, or one of the kinds of {@link Distribution}. */
        record Spec(Duration median, Duration p99, Duration least, Duration most, List<Duration> measured) {
            private Distribution read() {
                if (measured != null && median == null && least == null) {
                    return Distribution.measured(measured);
                }
                if (median != null && p99 != null && measured == null && least == null) {
                    return Distribution.logNormal(median, p99);
                }
                if (least != null && most != null && measured == null && median == null) {
                    return Distribution.uniform(least, most);
                }
                throw new IllegalArgumentException(
                        "write a time, median and p99, least and most, or measured: [times]");
            }
        }

        @Override
        public Distribution deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                var spec = context.readValue(parser, Spec.class);
                return reading(parser, spec::read);
            }
            return reading(parser, () -> Distribution.fixed(Times.parse(parser.getValueAsString(""))));
        }
    }
}
