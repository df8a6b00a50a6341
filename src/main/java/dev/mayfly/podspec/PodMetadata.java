package dev.mayfly.podspec;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Text;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * Owner, labels and annotations of a Pod. Labels and annotations of containers may be anything, and one that the API server
 * refuses would cost the whole Pod.
 */
public final class PodMetadata {
    private static final String API_VERSION = HasMetadata.getApiVersion(EphemeralWorkload.class);
    private static final int NAME = 63;
    private static final int PREFIX = 253;

    private PodMetadata() {}

    /** The reference by which what stands for replicas is deleted with its workload or task. */
    public static OwnerReference owner(OwnerId owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(API_VERSION)
                .withKind(owner.kind())
                .withName(owner.name())
                .withUid(owner.uid())
                .withController(true)
                .withBlockOwnerDeletion(false)
                .build();
    }

    /** Those that are labels in core/v1. */
    public static Map<String, String> labels(Map<String, String> given) {
        return only(given, (key, value) -> isKey(key) && (value.isEmpty() || isName(value)));
    }

    /** Those that are annotations in core/v1, without Kubernetes' own, by which a Pod could be what it is not. */
    public static Map<String, String> annotations(Map<String, String> given) {
        return only(given, (key, value) -> isKey(key) && !isOfKubernetes(key));
    }

    private static Map<String, String> only(Map<String, String> given, BiPredicate<String, String> taken) {
        return given.entrySet().stream()
                .filter(entry -> taken.test(entry.getKey(), entry.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static boolean isOfKubernetes(String key) {
        var slash = key.indexOf('/');
        var prefix = "." + key.substring(0, Math.max(0, slash));
        return prefix.endsWith(".kubernetes.io") || prefix.endsWith(".k8s.io");
    }

    /** An optional DNS subdomain with a slash, and a name. */
    private static boolean isKey(String key) {
        var slash = key.indexOf('/');
        return slash < 0 ? isName(key) : isSubdomain(key.substring(0, slash)) && isName(key.substring(slash + 1));
    }

    /** 1 to 63 letters, digits, dashes, underscores and dots; a letter or digit first and last. */
    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= NAME
                && text.chars().allMatch(c -> isAlphanumeric(c) || c == '-' || c == '_' || c == '.')
                && isAlphanumeric(text.charAt(0))
                && isAlphanumeric(text.charAt(text.length() - 1));
    }

    private static boolean isSubdomain(String text) {
        var labels = text.split("\\.", -1);
        for (var label : labels) {
            if (label.isEmpty() || !Text.dnsLabel(label, PREFIX).equals(label)) {
                return false;
            }
        }
        return text.length() <= PREFIX;
    }

    private static boolean isAlphanumeric(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
