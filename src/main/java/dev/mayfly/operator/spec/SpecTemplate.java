package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.LifecycleSpec;
import dev.mayfly.api.v1alpha1.LifecycleSpec.PreStopHandler;
import dev.mayfly.api.v1alpha1.SecurityContext;
import dev.mayfly.api.v1alpha1.SecurityContext.Capabilities;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.api.v1alpha1.WorkloadTemplate.ContainerPort;
import dev.mayfly.api.v1alpha1.WorkloadTemplate.NetworkMode;
import dev.mayfly.api.v1alpha1.WorkloadTemplate.OutputPolicy;
import dev.mayfly.api.v1alpha1.WorkloadTemplate.TemplateMetadata;
import dev.mayfly.api.v1alpha1.WorkloadTemplateBuilder;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Network;
import dev.mayfly.core.model.Template.Output;
import dev.mayfly.core.model.Template.Port;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.core.model.Template.PullPolicy;
import dev.mayfly.core.model.Template.Security;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Lists;
import dev.mayfly.operator.content.Content;
import dev.mayfly.runtime.ImageName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code spec.template} as the template of each replica. */
final class SpecTemplate {
    private SpecTemplate() {}

    static Template read(
            WorkloadTemplate template, String runtime, Ephemerality ephemerality, OwnerId owner, Content content) {
        var metadata = requireNonNullElse(template.metadata(), new TemplateMetadata(null, null));
        var lifecycle = requireNonNullElse(template.lifecycle(), new LifecycleSpec(null, null));
        return new Template(
                new Template.Image(template.image(), pullPolicy(template), Optional.empty()),
                new Template.Process(
                        Lists.orEmpty(template.command()),
                        Lists.orEmpty(template.args()),
                        requireNonNullElse(template.workingDir(), ""),
                        SpecEnvironment.read(template, owner, content),
                        new Template.Input(
                                Boolean.TRUE.equals(template.stdin()),
                                Boolean.TRUE.equals(template.stdinOnce()),
                                Boolean.TRUE.equals(template.tty())),
                        output(requireNonNullElse(template.outputPolicy(), OutputPolicy.None))),
                new Network(
                        Network.Mode.valueOf(requireNonNullElse(template.network(), NetworkMode.Namespace)
                                .name()),
                        Lists.orEmpty(template.ports()).stream()
                                .map(SpecTemplate::port)
                                .toList()),
                SpecResources.read(template.resources()),
                new Template.Metadata(
                        Map.copyOf(requireNonNullElse(metadata.labels(), Map.of())),
                        Map.copyOf(requireNonNullElse(metadata.annotations(), Map.of()))),
                security(requireNonNullElse(
                        template.securityContext(), new SecurityContext(null, null, null, null, null))),
                new Template.Lifecycle(
                        Duration.ofSeconds(requireNonNullElse(template.terminationGracePeriodSeconds(), 30L)),
                        preStop(lifecycle.preStop()),
                        requireNonNullElse(lifecycle.stopSignal(), "")),
                SpecVolumes.volumes(Lists.orEmpty(template.volumes()), owner, content),
                SpecVolumes.mounts(Lists.orEmpty(template.volumeMounts())),
                ephemerality,
                SpecProbes.read(template),
                SpecPlacement.read(template, runtime));
    }

    private static Output output(OutputPolicy policy) {
        return switch (policy) {
            case None -> Output.NONE;
            case OnFailure -> Output.OF_FAILURES;
            case Always -> Output.OF_EVERY_END;
        };
    }

    private static Optional<PreStop> preStop(PreStopHandler given) {
        if (given == null) {
            return Optional.empty();
        }
        if (given.exec() != null) {
            return Optional.of(new PreStop.Exec(Lists.orEmpty(given.exec().command())));
        }
        if (given.sleep() == null) {
            throw new InvalidSpec("lifecycle.preStop does nothing: give either exec or sleep");
        }
        return Optional.of(new PreStop.Sleep(Duration.ofSeconds(given.sleep().seconds())));
    }

    /** The part needed to remove replicas: their grace period. */
    static Template leaving(WorkloadTemplate template, String runtime, OwnerId owner) {
        var grace = template == null ? null : template.terminationGracePeriodSeconds();
        var empty = WorkloadTemplateBuilder.builder()
                .image("")
                .terminationGracePeriodSeconds(grace)
                .build();
        return read(empty, runtime, Ephemerality.OFF, owner, Content.UNREAD);
    }

    /** As in Kubernetes, an image that may change under its name is always pulled. */
    static PullPolicy pullPolicy(WorkloadTemplate template) {
        if (template.imagePullPolicy() != null) {
            return PullPolicy.valueOf(template.imagePullPolicy().name());
        }
        var image = template.image();
        var name = image.substring(image.lastIndexOf('/') + 1);
        var fixed = ImageName.fixed(image) || name.contains(":") && !name.endsWith(":latest");
        return fixed ? PullPolicy.IfNotPresent : PullPolicy.Always;
    }

    private static Port port(ContainerPort port) {
        return new Port(
                port.containerPort(),
                requireNonNullElse(port.hostPort(), 0),
                requireNonNullElse(port.protocol(), ContainerPort.Protocol.TCP).name());
    }

    private static Security security(SecurityContext context) {
        var capabilities = requireNonNullElse(context.capabilities(), new Capabilities(null, null));
        return new Security(
                requireNonNullElse(context.runAsUser(), -1L),
                requireNonNullElse(context.runAsGroup(), -1L),
                requireNonNullElse(context.fsGroup(), -1L),
                Boolean.TRUE.equals(context.runAsNonRoot()),
                plain(capabilities.add()),
                plain(capabilities.drop()));
    }

    private static List<String> plain(List<String> capabilities) {
        return Lists.orEmpty(capabilities).stream()
                .map(name -> name.startsWith("CAP_") ? name.substring(4) : name)
                .toList();
    }
}
