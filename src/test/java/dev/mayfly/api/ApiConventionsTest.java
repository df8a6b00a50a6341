package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Kubernetes' API conventions, over the schemas of the three CRDs: the rules of kube-api-linter that can be checked on a CRD,
 * under their names there, and some of our own. The linter itself reads Go types. Its rules about Go's tags and markers have
 * nothing to check here: the schema is what they lead to.
 *
 * <p>An exception that no field needs any more fails as well.
 */
class ApiConventionsTest {
    private static final List<CustomResourceDefinitionVersion> VERSIONS = CrdField.versions();
    private static final List<CrdField> FIELDS = CrdField.all();

    /** The name of a duration without its unit. */
    private static final Pattern DURATION = Pattern.compile(
            ".*(Duration|Timeout|Interval|Deadline|Delay|Period|Age|Lifetime)|duration|timeout|interval|deadline|delay|period|age|lifetime");

    // ---- kube-api-linter's rules

    /** commentstart: there, the text begins with the field's name; here, kubectl explain has that name beside it. */
    @Test
    void everyFieldIsDescribedInSentences() {
        check(500, field -> true, ApiConventionsTest::isDescribed, Map.of());
    }

    private static boolean isDescribed(CrdField field) {
        var text = field.schema().getDescription();
        return text != null
                && text.length() >= 10
                && text.endsWith(".")
                && (Character.isUpperCase(text.charAt(0)) || text.startsWith("true: ") || text.startsWith("metadata."));
    }

    @Test
    void conditions() {
        check(
                3,
                field -> field.name().equals("conditions"),
                field -> "map".equals(field.schema().getXKubernetesListType())
                        && List.of("type").equals(field.schema().getXKubernetesListMapKeys())
                        && field.items()
                                .getRequired()
                                .containsAll(List.of("type", "status", "reason", "message", "lastTransitionTime")),
                Map.of());
    }

    @Test
    void defaultOrRequired() {
        check(100, CrdField::required, field -> field.schema().getDefault() == null, Map.of());
    }

    @Test
    void integers() {
        check(
                130,
                field -> field.is("integer"),
                field -> Set.of("int32", "int64")
                        .contains(String.valueOf(field.schema().getFormat())),
                Map.of());
    }

    @Test
    void jsonTags() {
        check(500, field -> true, field -> field.name().matches("[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)*"), Map.of());
    }

    /** Of the spec: the status is written by the operator alone, which bounds what it writes. */
    @Test
    void maxLength() {
        check(400, CrdField::inSpec, ApiConventionsTest::isBounded, Map.of());
    }

    private static boolean isBounded(CrdField field) {
        if (field.is("array")) {
            return field.schema().getMaxItems() != null && isBounded(field.items());
        }
        var values = field.schema().getAdditionalProperties();
        return isBounded(field.schema())
                && (values == null || field.schema().getMaxProperties() != null && isBounded(values.getSchema()));
    }

    private static boolean isBounded(JSONSchemaProps schema) {
        return !"string".equals(schema.getType())
                || schema.getMaxLength() != null
                || !CrdField.words(schema).isEmpty();
    }

    @Test
    void noBools() {
        var asKubernetes = "named and typed as in core/v1 or batch/v1, which people know";
        var unsettable = "there is no third way to be; an enum of two words would only be longer";
        check(
                20,
                field -> field.is("boolean"),
                field -> false,
                Map.ofEntries(
                        Map.entry(".spec.paused", "as in a Deployment"),
                        Map.entry(".spec.mirrorPods", "there is a Pod for each replica, or none"),
                        Map.entry(".spec.suspend", "as in a Job"),
                        Map.entry(".spec.require.digest", unsettable),
                        Map.entry(".spec.retention.dryRun", unsettable),
                        Map.entry(".spec.ephemerality.scratch[].exec", unsettable),
                        Map.entry(".spec.template.envFrom[].configMapRef.optional", asKubernetes),
                        Map.entry(".spec.template.envFrom[].secretRef.optional", asKubernetes),
                        Map.entry(".spec.template.env[].valueFrom.configMapKeyRef.optional", asKubernetes),
                        Map.entry(".spec.template.env[].valueFrom.secretKeyRef.optional", asKubernetes),
                        Map.entry(".spec.template.securityContext.runAsNonRoot", asKubernetes),
                        Map.entry(".spec.template.stdin", asKubernetes),
                        Map.entry(".spec.template.stdinOnce", asKubernetes),
                        Map.entry(".spec.template.tty", asKubernetes),
                        Map.entry(".spec.template.volumeMounts[].readOnly", asKubernetes),
                        Map.entry(".spec.template.volumes[].configMap.optional", asKubernetes),
                        Map.entry(".spec.template.volumes[].persistentVolumeClaim.readOnly", asKubernetes),
                        Map.entry(".spec.template.volumes[].secret.optional", asKubernetes),
                        Map.entry(".status.ephemerality.truncated", "says that a list is not whole"),
                        Map.entry(".status.truncated", "says that a list is not whole")));
    }

    @Test
    void noDurations() {
        check(
                500,
                field -> true,
                field -> !"duration".equals(field.schema().getFormat())
                        && !DURATION.matcher(field.name()).matches(),
                Map.of());
    }

    @Test
    void noFloats() {
        check(500, field -> true, field -> !field.is("number"), Map.of());
    }

    /** As the linter does by default, maps of strings to strings are allowed. */
    @Test
    void noMaps() {
        check(
                5,
                field -> field.schema().getAdditionalProperties() != null,
                field -> "string"
                        .equals(field.schema()
                                .getAdditionalProperties()
                                .getSchema()
                                .getType()),
                Map.of());
    }

    @Test
    void noNullable() {
        check(500, field -> true, field -> field.schema().getNullable() == null, Map.of());
    }

    @Test
    void noPhase() {
        check(500, field -> true, field -> !field.name().matches("(?i).*phase.*"), Map.of());
    }

    @Test
    void noReferences() {
        check(
                500,
                field -> true,
                field -> !field.name().contains("eference"),
                Map.of(
                        ".spec.template.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[].preference",
                        "as in core/v1; it is no reference"));
    }

    /** Also: what is a time is formatted as one, and nothing else is called so. */
    @Test
    void noTimestamp() {
        check(
                500,
                field -> true,
                field -> !field.name().matches("(?i).*timestamp.*")
                        && !field.name().matches("first|last|since|.*(At|Since|Seen)|created")
                        && field.name().endsWith("Time")
                                == "date-time".equals(field.schema().getFormat()),
                Map.of());
    }

    /** Of the spec: those of the status are written as a whole by the operator alone. */
    @Test
    void arrayOfStruct() {
        check(
                25,
                field -> field.inSpec()
                        && field.is("array")
                        && "object".equals(field.items().getType()),
                field -> !field.items().getRequired().isEmpty(),
                Map.of(
                        ".spec.template.envFrom",
                        "as in core/v1: one of two references, which a CEL rule demands",
                        ".spec.template.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
                        "as in core/v1: an empty term matches no node",
                        ".spec.template.tolerations",
                        "as in core/v1: an empty one tolerates every taint"));
    }

    @Test
    void ssaTags() {
        check(60, field -> field.is("array"), ApiConventionsTest::mergesWell, Map.of());
    }

    private static boolean mergesWell(CrdField field) {
        var items = field.items();
        return switch (String.valueOf(field.schema().getXKubernetesListType())) {
            case "atomic" -> true;
            case "set" -> !"object".equals(items.getType());
            case "map" ->
                field.schema().getXKubernetesListMapKeys().stream()
                        .allMatch(key -> items.getRequired().contains(key)
                                || items.getProperties().get(key).getDefault() != null);
            default -> false;
        };
    }

    @Test
    void statusOptional() {
        check(
                3,
                field -> field.path().equals(".status"),
                field -> field.schema().getRequired().isEmpty(),
                Map.of());
    }

    @Test
    void statusSubresource() {
        assertThat(VERSIONS)
                .hasSize(3)
                .allSatisfy(version ->
                        assertThat(version.getSubresources().getStatus()).isNotNull());
    }

    // ---- rules of our own

    @Test
    void everyIntegerOfTheSpecHasALeastAndALargestValueAndTellsThem() {
        check(
                90,
                field -> field.inSpec() && field.is("integer"),
                field -> field.schema().getMinimum() != null
                        && field.schema().getMaximum() != null
                        && field.schema()
                                .getDescription()
                                .contains("%.0f to %.0f"
                                        .formatted(
                                                field.schema().getMinimum(),
                                                field.schema().getMaximum())),
                Map.of());
    }

    @Test
    void everyFieldOfTheSpecTellsItsDefault() {
        check(
                100,
                field -> field.inSpec() && !field.required() && !field.is("object"),
                field -> field.schema()
                        .getDescription()
                        .contains(
                                field.schema().getDefault() == null
                                        ? "efault"
                                        : "Default "
                                                + field.schema().getDefault().asText() + "."),
                Map.of());
    }

    @Test
    void everyWordOfAnEnumIsExplained() {
        check(
                30,
                field -> !field.words().isEmpty(),
                field -> field.words().stream().allMatch(word -> explains(field, word)),
                Map.of(".status.conditions[].status", "as in meta/v1; its three words say what they mean"));
    }

    /** As a word of its own, before what is said about it, or about those that are listed with it. */
    private static boolean explains(CrdField field, String word) {
        return Pattern.compile("(?<!\\w)" + Pattern.quote(word) + "[:,.]")
                .matcher(field.schema().getDescription())
                .find();
    }

    @Test
    void sizesAreQuantities() {
        check(
                500,
                field -> true,
                field -> !field.name().matches("(?i).*bytes")
                        && (!field.name().matches(".*[sS]ize|sizeLimit")
                                || field.path().startsWith(".status")
                                || Boolean.TRUE.equals(field.schema().getXKubernetesIntOrString())),
                Map.of(".spec.warm.size", "a number of replicas"));
    }

    @Test
    void boundsAreCalledMinAndMaxAndBooleansAreNotNegated() {
        check(
                500,
                field -> true,
                field -> !field.name().matches("(minimum|maximum).*")
                        && !(field.is("boolean") && field.name().matches("(no|not|disable|skip)[A-Z].*")),
                Map.of());
    }

    /**
     * @param least how many fields the rule is about, at least: one that finds none would pass
     * @param about the fields that the rule is about
     * @param holds the rule
     * @param exceptions paths of fields for which it does not hold, and why
     */
    private static void check(
            int least, Predicate<CrdField> about, Predicate<CrdField> holds, Map<String, String> exceptions) {
        var looked = FIELDS.stream().filter(about).toList();
        assertThat(looked).as("fields that the rule is about").hasSizeGreaterThanOrEqualTo(least);
        var broken = new TreeSet<String>();
        looked.stream().filter(holds.negate()).map(CrdField::path).forEach(broken::add);
        assertThat(broken).isEqualTo(new TreeSet<>(exceptions.keySet()));
    }
}
