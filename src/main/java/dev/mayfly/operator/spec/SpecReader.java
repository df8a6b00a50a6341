package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskSpec;
import dev.mayfly.api.v1alpha1.EphemeralTaskSpec.CleanupPolicy;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.api.v1alpha1.Templated.BackoffSpec;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.api.v1alpha1.WorkloadTemplate.NetworkMode;
import dev.mayfly.api.v1alpha1.WorkloadTemplateBuilder;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Desired.Restarts;
import dev.mayfly.core.model.Desired.Rollout;
import dev.mayfly.core.model.Desired.ScaleDownPolicy;
import dev.mayfly.core.model.DesiredBuilder;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Placement;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.content.ContentHash;
import dev.mayfly.runtime.Runtimes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a resource as its desired state, with Kubernetes' defaults for fields that the API server did not fill in. */
@Singleton
public class SpecReader {
    private static final int TERMINATED_HISTORY_LIMIT = 1;
    private static final int BACKOFF_LIMIT = 6;
    private final MayflyConfig config;
    private final SpecRules rules;

    public SpecReader(MayflyConfig config) {
        this.config = config;
        this.rules = new SpecRules(config);
    }

    /**
     * The desired state of the resource, with all replicas admitted.
     *
     * @param content content of the objects that it refers to
     * @throws InvalidSpec if the spec can't be honored
     */
    public Desired read(Templated resource, Content content) {
        return read(resource, content, invalid -> {
            throw invalid;
        });
    }

    /**
     * As above, but a refused field beyond the template counts as absent.
     *
     * @param refused called for each of them
     * @throws InvalidSpec if the template can't be honored
     */
    public Desired read(Templated resource, Content content, Consumer<InvalidSpec> refused) {
        if (resource.isMarkedForDeletion()) {
            return leaving(resource);
        }
        var desired = desired(resource, content, refused);
        rules.check(resource, runtime(resource), desired.template());
        return desired;
    }

    /**
     * The desired state without a check against the operator's configuration and without content: the resources that it
     * would use. No replica ever has its revision.
     *
     * @throws InvalidSpec if the spec can't be read
     */
    public Desired unchecked(Templated resource) {
        return desired(resource, Content.UNREAD, refused -> {});
    }

    /**
     * The desired state as the spec alone describes it, for no operator in particular: without content, and with that
     * revision.
     *
     * @throws InvalidSpec if a field can't be read
     */
    public static Desired described(Templated resource, String revision) {
        var given = requireTemplate(resource);
        var template = SpecTemplate.read(
                given,
                requireNonNullElse(resource.runtime(), Placement.DOCKER.runtime()),
                SpecEphemerality.read(resource.ephemerality()),
                Owners.of(resource),
                Content.UNREAD);
        return beyond(resource, template, revision, invalid -> {
            throw invalid;
        });
    }

    private static WorkloadTemplate requireTemplate(Templated resource) {
        var given = resource.template();
        if (given == null || given.image() == null) {
            throw new InvalidSpec("spec.template.image is missing: say which image to run");
        }
        return given;
    }

    /**
     * The network and volumes of the engine that the resource would use. The rest of its template is not read: who looks at all resources for
     * these does not take their texts along.
     *
     * @throws InvalidSpec if they can't be read
     */
    public Desired resources(Templated resource) {
        var given = requireTemplate(resource);
        var owner = Owners.of(resource);
        var used = WorkloadTemplateBuilder.builder()
                .image(given.image())
                .network(runtime(resource).equals(SpecPlacement.PODS) ? NetworkMode.None : given.network())
                .ports(given.ports())
                .volumes(given.volumes())
                .volumeMounts(given.volumeMounts())
                .build();
        return plain(owner, SpecTemplate.read(used, runtime(resource), Ephemerality.OFF, owner, Content.UNREAD))
                .build();
    }

    /**
     * The desired state as the spec describes it beyond its template, which can't be honored: without revision, and with a
     * template that runs nothing. A refused field counts as absent.
     */
    public Desired withoutTemplate(Templated resource) {
        var owner = Owners.of(resource);
        var nothing = SpecTemplate.leaving(resource.template(), runtime(resource), owner);
        return resource.template() == null && resource instanceof EphemeralWorkload
                ? plain(owner, nothing).replicas(1).admitted(1).build()
                : beyond(resource, nothing, "", refused -> {});
    }

    private Desired desired(Templated resource, Content content, Consumer<InvalidSpec> refused) {
        var given = requireTemplate(resource);
        var template = SpecTemplate.read(
                given, runtime(resource), SpecEphemerality.read(resource.ephemerality()), Owners.of(resource), content);
        var revision = SpecRevision.of(given, runtime(resource), template.ephemerality(), hash(template, content));
        return beyond(resource, template, revision, refused);
    }

    /** Reads the fields beyond the template. */
    private static Desired beyond(
            Templated resource, Template template, String revision, Consumer<InvalidSpec> refused) {
        var owner = Owners.of(resource);
        var common = plain(owner, template)
                .revision(revision)
                .restarts(Restarts.unlimited(
                        backOff(resource.backoff()),
                        requireNonNullElse(resource.terminatedHistoryLimit(), TERMINATED_HISTORY_LIMIT)))
                .audit(SpecEphemerality.audit(resource.ephemerality(), refused));
        return switch (resource) {
            case EphemeralWorkload workload -> new SpecReplicas(owner.name(), refused).read(common, workload.getSpec());
            case EphemeralTask task -> batch(common, task.getSpec());
        };
    }

    /** A task's fields beyond its template. Counts are in its status only. */
    private static Desired batch(DesiredBuilder common, EphemeralTaskSpec spec) {
        var completions = requireNonNullElse(spec.completions(), 1);
        var parallelism = Boolean.TRUE.equals(spec.suspend()) ? 0 : requireNonNullElse(spec.parallelism(), 1);
        var active = Math.min(completions, parallelism);
        return common.replicas(active)
                .admitted(active)
                .batch(Optional.of(new Batch(
                        completions,
                        parallelism,
                        requireNonNullElse(spec.backoffLimit(), BACKOFF_LIMIT),
                        Optional.empty(),
                        Batch.Cleanup.valueOf(requireNonNullElse(spec.cleanupPolicy(), CleanupPolicy.OnSuccess)
                                .name()),
                        TaskCounts.NONE,
                        TaskCounts.NONE)))
                .build();
    }

    /** The desired state of a deleted resource: no replicas. Never refused, so that every resource can be deleted. */
    public Desired leaving(Templated resource) {
        var owner = Owners.of(resource);
        return plain(owner, SpecTemplate.leaving(resource.template(), runtime(resource), owner))
                .deleted(true)
                .build();
    }

    /** No replicas, and no rollout. */
    private static DesiredBuilder plain(OwnerId owner, Template template) {
        return DesiredBuilder.builder()
                .owner(owner)
                .revision("")
                .template(template)
                .earlier(Map.of())
                .rollout(Rollout.NONE)
                .restarts(Restarts.unlimited(backOff(null), 0))
                .audit(AuditPolicy.DEFAULT)
                .scaleDown(ScaleDownPolicy.DEFAULT)
                .batch(Optional.empty());
    }

    /** The names of the runtime that it asks for, and of the one that its replicas are in or come from. */
    public Runtimes.Named runtimes(Templated resource) {
        var wanted = runtime(resource);
        return new Runtimes.Named(wanted, requireNonNullElse(resource.startedRuntime(), wanted));
    }

    /**
     * The name of the runtime that the resource asks for: as in its spec, else the one that it started with, else the
     * default.
     */
    private String runtime(Templated resource) {
        if (resource.runtime() != null) {
            return resource.runtime();
        }
        return resource.startedRuntime() != null
                ? resource.startedRuntime()
                : config.runtime().byDefault();
    }

    private static String hash(Template template, Content content) {
        return content.read() ? ContentHash.of(template, content.key()) : "";
    }

    private static Desired.BackOffPolicy backOff(BackoffSpec given) {
        var backoff = requireNonNullElse(given, new BackoffSpec(null, null, null, null, null));
        return new Desired.BackOffPolicy(
                requireNonNullElse(backoff.initialDelaySeconds(), 10),
                requireNonNullElse(backoff.factor(), 2),
                requireNonNullElse(backoff.maxDelaySeconds(), 300),
                requireNonNullElse(backoff.stableSeconds(), 10),
                requireNonNullElse(backoff.resetAfterSeconds(), 600));
    }
}
