package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import dev.mayfly.core.model.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML that somebody else wrote. Its size, depth and aliases are bounded, also after the aliases were replaced
 * by what they stand for.
 */
final class YamlReader {
    private static final int MAX_DEPTH = 50;
    private static final int MAX_ALIASES = 1000;
    private static final int MAX_VALUES = 100_000;

    private int left = MAX_VALUES;

    private YamlReader() {}

    /**
     * The documents, without empty ones: maps, lists, {@code String}, {@code Integer}, {@code Long}, {@code Boolean} and
     * null.
     *
     * @throws Refusal if it is not valid or too large
     */
    static List<Map<String, Object>> documents(String text) {
        var options = new LoaderOptions();
        options.setCodePointLimit(Source.MAX_BYTES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setAllowDuplicateKeys(false);
        var dumper = new DumperOptions();
        var yaml = new Yaml(new SafeConstructor(options), new Representer(dumper), dumper, options, new FewTypes());
        var reader = new YamlReader();
        var documents = new ArrayList<Map<String, Object>>();
        try {
            for (var document : yaml.loadAll(text)) {
                if (document != null) {
                    documents.add(Fields.map("the document", reader.plain(document, 0)));
                }
            }
        } catch (MarkedYAMLException invalid) {
            var mark = invalid.getProblemMark();
            throw new Refusal("It is no valid YAML" + (mark == null ? "" : ", line " + (mark.getLine() + 1)) + ": "
                    + Printable.of(Text.shortened(String.valueOf(invalid.getProblem()), 200)) + ". Correct it");
        } catch (YAMLException invalid) {
            throw new Refusal("It is no valid YAML: "
                    + Printable.of(Text.shortened(Text.oneLine(String.valueOf(invalid.getMessage())), 200))
                    + ". Correct it");
        }
        return documents;
    }

    /** A copy in which nothing is shared, so that what reads it takes time in proportion to its size. */
    private Object plain(Object value, int depth) {
        if (--left < 0 || depth > MAX_DEPTH) {
            throw new Refusal("It has more than " + MAX_VALUES + " values or " + MAX_DEPTH
                    + " levels when its aliases are replaced: convert it in parts");
        }
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<String, Object>();
                map.forEach((key, each) -> copy.put(String.valueOf(plain(key, MAX_DEPTH)), plain(each, depth + 1)));
                yield copy;
            }
            case List<?> list -> {
                var copy = new ArrayList<>();
                list.forEach(each -> copy.add(plain(each, depth + 1)));
                yield copy;
            }
            case String text -> text;
            case Integer number -> number;
            case Long number -> number;
            case Boolean flag -> flag;
            default ->
                throw new Refusal("It has a value of YAML's type "
                        + value.getClass().getSimpleName() + ", which has no place in a manifest: write it as text");
        };
    }

    /** Numbers are those that JSON has; all else, such as 22:22, 1.10, no or a date, is the text that it looks like. */
    private static final class FewTypes extends Resolver {
        private static final int MAX_DIGITS = 18;

        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            if (kind != NodeId.scalar || !implicit) {
                return super.resolve(kind, value, implicit);
            }
            return switch (value) {
                case "", "~", "null", "Null", "NULL" -> Tag.NULL;
                case "true", "True", "TRUE", "false", "False", "FALSE" -> Tag.BOOL;
                case "<<" -> Tag.MERGE;
                default -> isNumber(value) ? Tag.INT : Tag.STR;
            };
        }

        private static boolean isNumber(String value) {
            var digits = value.startsWith("-") ? value.substring(1) : value;
            return Text.isNumber(digits, MAX_DIGITS) && (!digits.startsWith("0") || isOctal(digits));
        }

        /** As files' modes are written, such as 0644. */
        private static boolean isOctal(String digits) {
            return digits.chars().allMatch(digit -> digit < '8');
        }
    }
}
