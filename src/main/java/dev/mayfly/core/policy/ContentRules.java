package dev.mayfly.core.policy;

import static dev.mayfly.core.policy.Verdicts.Violation.when;

import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.model.Globs;
import dev.mayfly.core.model.Text;
import dev.mayfly.core.policy.Policy.Forbidden;
import dev.mayfly.core.policy.Verdicts.ImageUse;
import dev.mayfly.core.policy.Verdicts.Violation;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules about the content of an image and about the results of external scanners. */
final class ContentRules {
    private static final int NAMED = 3;
    private static final String ROOT = Forbidden.RootUser.name();

    private ContentRules() {}

    static Stream<Violation> broken(Policy.Rules rules, ImageUse use, AuditedImage image) {
        var ofMayfly = Stream.of(
                        size(rules, image),
                        user(rules, use, image),
                        setuid(rules, image),
                        secrets(rules, image),
                        volumes(rules, use, image))
                .flatMap(Optional::stream);
        return Stream.of(ofMayfly, labels(rules, image), scans(image)).flatMap(broken -> broken);
    }

    private static Optional<Violation> size(Policy.Rules rules, AuditedImage image) {
        return when(
                image.sizeBytes() > rules.maxSize().orElse(Long.MAX_VALUE),
                "maxSize",
                () -> "it has " + image.sizeBytes() + " bytes, more than "
                        + rules.maxSize().getAsLong() + ": use a smaller one");
    }

    /**
     * A USER given by name may map to any user id, including 0, in the image's own {@code /etc/passwd}. Kubernetes'
     * runAsNonRoot refuses names for the same reason.
     */
    private static Optional<Violation> user(Policy.Rules rules, ImageUse use, AuditedImage image) {
        if (!rules.forbids(Forbidden.RootUser) || use.runAsUser() > 0) {
            return Optional.empty();
        }
        if (use.runAsUser() == 0) {
            return Optional.of(new Violation(
                    ROOT, "securityContext.runAsUser is 0, which is root: give the number of another user"));
        }
        var user = image.user().split(":", 2)[0].strip();
        var whatToDo = ": give securityContext.runAsUser a number above 0, or build it with such a USER";
        if (user.isEmpty()) {
            return Optional.of(new Violation(ROOT, "it has no USER, so it runs as root" + whatToDo));
        }
        if (user.equals("root") || isZero(user)) {
            return Optional.of(new Violation(ROOT, "its USER is " + user + ", which is root" + whatToDo));
        }
        return when(
                !Text.isNumber(user, user.length()),
                ROOT,
                () -> "its USER is " + user + ", a name that may stand for root" + whatToDo);
    }

    private static boolean isZero(String user) {
        var digits = user.startsWith("+") || user.startsWith("-") ? user.substring(1) : user;
        return !digits.isEmpty() && digits.chars().allMatch(c -> c == '0');
    }

    private static Optional<Violation> setuid(Policy.Rules rules, AuditedImage image) {
        return when(
                rules.forbids(Forbidden.SetuidFiles) && !image.setuid().isEmpty(),
                Forbidden.SetuidFiles.name(),
                () -> "it has files with the setuid or setgid bit, " + some(image.setuid())
                        + ": clear the bit (chmod a-s) in the layer that adds them");
    }

    private static Optional<Violation> secrets(Policy.Rules rules, AuditedImage image) {
        return when(
                rules.forbids(Forbidden.SecretsInEnv) && !image.secrets().isEmpty(),
                Forbidden.SecretsInEnv.name(),
                () -> "a value that looks like a secret is in " + some(image.secrets())
                        + ": build it without (RUN --mount=type=secret), mount a Secret instead, and revoke what leaked");
    }

    private static Optional<Violation> volumes(Policy.Rules rules, ImageUse use, AuditedImage image) {
        var uncovered = image.volumes().stream()
                .filter(path -> !use.covered().contains(path))
                .sorted()
                .toList();
        return when(
                rules.forbids(Forbidden.UncoveredVolumes) && !use.coversVolumes() && !uncovered.isEmpty(),
                Forbidden.UncoveredVolumes.name(),
                () -> "nothing is mounted at its VOLUME " + some(uncovered) + ": mount a volume or scratch there");
    }

    private static Stream<Violation> labels(Policy.Rules rules, AuditedImage image) {
        return rules.labels().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .filter(wanted -> !labelled(wanted, image))
                .map(wanted -> {
                    var has = Optional.ofNullable(image.labels().get(wanted.getKey()));
                    return new Violation(
                            "labels",
                            "its label " + wanted.getKey() + " is "
                                    + has.map(value -> "\"" + value + "\"").orElse("not there") + ", and must be \""
                                    + wanted.getValue() + "\": build it with that LABEL");
                });
    }

    /** True if the image's label matches the glob. In a label's value a slash is an ordinary character. */
    private static boolean labelled(Map.Entry<String, String> wanted, AuditedImage image) {
        var value = image.labels().get(wanted.getKey());
        return value != null && new Globs(List.of(withDoubleStars(wanted.getValue()))).match(value);
    }

    private static String withDoubleStars(String glob) {
        var stars = glob.replace("*", "**");
        while (stars.contains("***")) {
            stars = stars.replace("***", "**");
        }
        return stars;
    }

    private static Stream<Violation> scans(AuditedImage image) {
        return image.scans().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .filter(scan -> !scan.getValue().passed())
                .map(scan ->
                        new Violation("scan " + scan.getKey(), scan.getValue().message()));
    }

    private static String some(Collection<String> all) {
        var named = all.stream().limit(NAMED).collect(Collectors.joining(", "));
        return all.size() > NAMED ? named + " and " + (all.size() - NAMED) + " more" : named;
    }
}
