package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import com.google.re2j.Pattern;
import dev.mayfly.api.v1alpha1.EnvVar;
import dev.mayfly.api.v1alpha1.EnvVar.EnvFromSource;
import dev.mayfly.api.v1alpha1.EnvVar.KeySelector;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaVariables;
import dev.mayfly.core.model.Template.Env;
import dev.mayfly.core.model.Template.Env.Kind;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Lists;
import dev.mayfly.operator.content.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads {@code envFrom}, then {@code env}, as Kubernetes does: a later variable replaces an earlier one of the same
 * name, and keys that are not valid variable names are skipped.
 */
public final class SpecEnvironment {
    private static final Pattern NAME = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    private static final String OURS = "MAYFLY_";

    /** Variables of one replica. Far more than anybody names; each takes memory, also an empty one. */
    private static final int MOST_VARIABLES = 4096;

    private final OwnerId owner;
    private final Content content;
    private final List<Env> env = new ArrayList<>();
    private final TreeSet<String> skipped = new TreeSet<>();
    /** Bytes of the variables that ConfigMaps and Secrets hold. */
    private long taken;

    private SpecEnvironment(WorkloadTemplate template, OwnerId owner, Content content) {
        this.owner = owner;
        this.content = content;
        Lists.orEmpty(template.envFrom()).forEach(this::all);
        Lists.orEmpty(template.env()).forEach(this::one);
    }

    /**
     * Later variables override earlier ones.
     *
     * @throws InvalidSpec if a required object or key is missing
     */
    static List<Env> read(WorkloadTemplate template, OwnerId owner, Content content) {
        return List.copyOf(new SpecEnvironment(template, owner, content).env);
    }

    /** Variables that {@code envFrom} skips, in alphabetical order. */
    public static List<String> skipped(WorkloadTemplate template, OwnerId owner, Content content) {
        return List.copyOf(new SpecEnvironment(template, owner, content).skipped);
    }

    private void all(EnvFromSource from) {
        var map = from.configMapRef() != null;
        var selector = map ? from.configMapRef() : from.secretRef();
        var source = map ? Content.Source.configMap(selector.name()) : Content.Source.secret(selector.name());
        var held = content.find(source, Boolean.TRUE.equals(selector.optional()), "envFrom", owner);
        held.ifPresent(found -> new TreeMap<>(found.values()).forEach((key, value) -> {
            if (!found.binary().contains(key)) {
                var name = requireNonNullElse(from.prefix(), "") + key;
                var text = isName(name) && !name.startsWith(OURS)
                        ? text(value, key, source, "envFrom")
                        : Optional.<String>empty();
                if (text.isPresent()) {
                    take(name, text.get(), value);
                } else {
                    skipped.add(name);
                }
            }
        }));
    }

    private void take(String name, String text, Content.Value value) {
        taken += name.length() + value.size();
        if (taken >= ReplicaVariables.MOST || env.size() >= MOST_VARIABLES) {
            throw new InvalidSpec("env and envFrom take more from ConfigMaps and Secrets than " + MOST_VARIABLES
                    + " variables or 2 MiB, with which no program can be started: take fewer keys, or use a volume");
        }
        env.add(new Env(name, text, Kind.PLAIN));
    }

    /** Same rule as Kubernetes' IsEnvVarName. */
    private static boolean isName(String name) {
        return NAME.matches(name) && !name.equals(".") && !name.startsWith("..");
    }

    private void one(EnvVar variable) {
        var from = variable.valueFrom();
        if (from == null) {
            env.add(new Env(variable.name(), requireNonNullElse(variable.value(), "")));
        } else if (from.fieldRef() != null) {
            env.add(field(variable.name(), from.fieldRef().fieldPath()));
        } else if (from.configMapKeyRef() != null) {
            var selector = from.configMapKeyRef();
            one(variable.name(), selector, Content.Source.configMap(selector.name()));
        } else {
            var selector = from.secretKeyRef();
            one(variable.name(), selector, Content.Source.secret(selector.name()));
        }
    }

    private void one(String name, KeySelector selector, Content.Source source) {
        var optional = Boolean.TRUE.equals(selector.optional());
        var where = "env " + name;
        var held = content.find(source, optional, where, owner)
                .filter(found -> !found.binary().contains(selector.key()));
        var value = held.map(found -> found.values().get(selector.key()));
        if (value.isEmpty() && !optional && content.read()) {
            throw Content.missingKey(source, selector.key(), where);
        }
        value.ifPresent(found -> take(
                name,
                text(found, selector.key(), source, where)
                        .orElseThrow(() -> new InvalidSpec("key " + selector.key() + " of " + source
                                + " is no text, so " + where + " can't take it: correct the value, or use a volume")),
                found));
    }

    private Env field(String name, String path) {
        return switch (path) {
            case "metadata.name" -> new Env(name, "", Kind.REPLICA_NAME);
            case "metadata.namespace" -> new Env(name, owner.namespace(), Kind.PLAIN);
            case "metadata.uid" -> new Env(name, owner.uid(), Kind.PLAIN);
            case "metadata.labels['mayfly.dev/slot']" -> new Env(name, "", Kind.SLOT);
            default ->
                throw new InvalidSpec("env " + name + ": fieldRef.fieldPath " + path + " is none that Mayfly knows");
        };
    }

    /**
     * Empty if the value can't be passed in an environment.
     *
     * @throws InvalidSpec if it is too long, which its size tells before it is decoded
     */
    private static Optional<String> text(Content.Value value, String key, Content.Source source, String where) {
        if (value.size() >= ReplicaVariables.LONGEST) {
            throw new InvalidSpec("key " + key + " of " + source + ", which " + where
                    + " takes, is longer than 128 KiB: no program can be started with it. Shorten the value, or use a"
                    + " volume");
        }
        return value.text();
    }
}
