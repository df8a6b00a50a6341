package dev.mayfly.operator.content;

import dev.mayfly.api.v1alpha1.EnvVar.KeySelector;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.api.v1alpha1.Volume.KeyToPath;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.operator.cluster.Lists;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ConfigMaps and Secrets that a template refers to, and which of their keys it uses. */
public final class ContentReferences {
    private ContentReferences() {}

    private record Taken(Content.Source source, Keys keys) {}

    /** Used keys of an object. @param names null: all */
    public record Keys(Set<String> names) implements Predicate<String> {
        static final Keys ALL = new Keys(null);
        static final Keys NONE = new Keys(Set.of());

        @Override
        public boolean test(String key) {
            return names == null || names.contains(key);
        }

        private Keys with(Keys others) {
            if (names == null || others.names == null) {
                return ALL;
            }
            var all = new HashSet<>(names);
            all.addAll(others.names);
            return new Keys(all);
        }
    }

    /** By object, the used keys; empty if there is no template or it refers to no objects. */
    public static Map<Content.Source, Keys> of(Templated workload) {
        return workload.template() == null ? Map.of() : of(workload.template());
    }

    public static Map<Content.Source, Keys> of(WorkloadTemplate template) {
        var sources = new TreeMap<Content.Source, Keys>();
        Stream.of(volumes(template), variables(template), wholes(template))
                .flatMap(taken -> taken)
                .forEach(taken -> sources.merge(taken.source(), taken.keys(), Keys::with));
        return sources;
    }

    /** Secrets with credentials for the image's registry, in the template's order. They are not part of a revision. */
    static Set<Content.Source> pullSecrets(Templated workload) {
        return workload.template() == null
                ? Set.of()
                : Lists.orEmpty(workload.template().imagePullSecrets()).stream()
                        .map(secret -> Content.Source.secret(secret.name()))
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Stream<Taken> volumes(WorkloadTemplate template) {
        return Lists.orEmpty(template.volumes()).stream().flatMap(volume -> {
            if (volume.configMap() != null) {
                var name = volume.configMap().name();
                return Stream.of(new Taken(
                        Content.Source.configMap(name), keys(volume.configMap().items())));
            }
            return volume.secret() == null
                    ? Stream.empty()
                    : Stream.of(new Taken(
                            Content.Source.secret(volume.secret().secretName()),
                            keys(volume.secret().items())));
        });
    }

    private static Keys keys(List<KeyToPath> items) {
        return items == null || items.isEmpty()
                ? Keys.ALL
                : new Keys(items.stream().map(KeyToPath::key).collect(Collectors.toSet()));
    }

    private static Stream<Taken> variables(WorkloadTemplate template) {
        return Lists.orEmpty(template.env()).stream()
                .filter(variable -> variable.valueFrom() != null)
                .flatMap(variable -> {
                    KeySelector map = variable.valueFrom().configMapKeyRef();
                    KeySelector secret = variable.valueFrom().secretKeyRef();
                    if (map != null) {
                        return Stream.of(taken(Content.Source.configMap(map.name()), map));
                    }
                    return secret == null
                            ? Stream.empty()
                            : Stream.of(taken(Content.Source.secret(secret.name()), secret));
                });
    }

    private static Taken taken(Content.Source source, KeySelector selector) {
        return new Taken(source, new Keys(Set.of(selector.key())));
    }

    private static Stream<Taken> wholes(WorkloadTemplate template) {
        return Lists.orEmpty(template.envFrom()).stream()
                .map(from -> new Taken(
                        from.configMapRef() != null
                                ? Content.Source.configMap(from.configMapRef().name())
                                : Content.Source.secret(from.secretRef().name()),
                        Keys.ALL));
    }
}
