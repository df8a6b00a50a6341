package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import com.google.re2j.Pattern;
import dev.mayfly.api.v1alpha1.EnvVar;
import dev.mayfly.api.v1alpha1.EnvVar.EnvFromSource;
import dev.mayfly.api.v1alpha1.EnvVar.KeySelector;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template.Env;
import dev.mayfly.core.model.Template.Env.Kind;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Lists;
import dev.mayfly.operator.content.Content;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

    private final OwnerId owner;
    private final Content content;
    private final List<Env> env = new ArrayList<>();
    private final TreeSet<String> skipped = new TreeSet<>();

    private SpecEnvironment(WorkloadTemplate template, OwnerId owner, Content content) {
        this.owner = owner;
        this.content = content;
        Lists.orEmpty(template.envFrom()).forEach(this::all);
        Lists.orEmpty(template.env()).forEach(variable -> one(variable).ifPresent(env::add));
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
                var text = text(value);
                if (isName(name) && !name.startsWith(OURS) && text.isPresent()) {
                    env.add(new Env(name, text.get(), Kind.PLAIN));
                } else {
                    skipped.add(name);
                }
            }
        }));
    }

    /** Same rule as Kubernetes' IsEnvVarName. */
    private static boolean isName(String name) {
        return NAME.matches(name) && !name.equals(".") && !name.startsWith("..");
    }

    private Optional<Env> one(EnvVar variable) {
        var from = variable.valueFrom();
        if (from == null) {
            return Optional.of(new Env(variable.name(), requireNonNullElse(variable.value(), "")));
        }
        if (from.fieldRef() != null) {
            return Optional.of(field(variable.name(), from.fieldRef().fieldPath()));
        }
        var map = from.configMapKeyRef() != null;
        var selector = map ? from.configMapKeyRef() : from.secretKeyRef();
        var source = map ? Content.Source.configMap(selector.name()) : Content.Source.secret(selector.name());
        return value(variable, selector, source).map(value -> new Env(variable.name(), value, Kind.PLAIN));
    }

    private Optional<String> value(EnvVar variable, KeySelector selector, Content.Source source) {
        var optional = Boolean.TRUE.equals(selector.optional());
        var where = "env " + variable.name();
        var held = content.find(source, optional, where, owner)
                .filter(found -> !found.binary().contains(selector.key()));
        var value = held.map(found -> found.values().get(selector.key()));
        if (value.isEmpty() && !optional && content.read()) {
            throw Content.missingKey(source, selector.key(), where);
        }
        return value.map(bytes -> text(bytes)
                .orElseThrow(() -> new InvalidSpec("key " + selector.key() + " of " + source + " is no text, so "
                        + where + " can't take it: correct the value, or use a volume")));
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

    /** Empty if the value can't be passed in an environment. */
    private static Optional<String> text(byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return Optional.of(text.toString()).filter(value -> value.indexOf('\0') < 0);
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }
}
