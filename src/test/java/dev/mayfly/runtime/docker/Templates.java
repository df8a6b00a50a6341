package dev.mayfly.runtime.docker;

import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Mount;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Template.Resources;
import dev.mayfly.core.model.Template.Security;
import dev.mayfly.core.model.Volume;
import java.util.List;
import java.util.Map;

/** Templates that differ from {@link Samples#template} in one thing. */
public final class Templates {
    private Templates() {}

    public static Template plain() {
        return with(Map.of(), List.of());
    }

    public static Template in(Ephemerality mode) {
        return of(plain(), plain().resources(), plain().security(), Map.of(), List.of(), mode);
    }

    public static Template with(Map<String, Volume> volumes, List<Mount> mounts) {
        var base = Samples.template("busybox:1.36");
        return of(base, base.resources(), base.security(), volumes, mounts, Ephemerality.DEFAULT);
    }

    public static Template secured(Security security) {
        return of(plain(), plain().resources(), security, Map.of(), List.of(), Ephemerality.DEFAULT);
    }

    public static Template limited(Template base, long memoryBytes) {
        var resources = new Resources(new Requests(250, memoryBytes / 2), 500, memoryBytes);
        return of(base, resources, base.security(), base.volumes(), base.mounts(), base.ephemerality());
    }

    private static Template of(
            Template base,
            Resources resources,
            Security security,
            Map<String, Volume> volumes,
            List<Mount> mounts,
            Ephemerality mode) {
        return base.withProcess(process -> process.withEnv(List.of(new Template.Env("GREETING", "hello"))))
                .withNetwork(network ->
                        network.withPorts(List.of(new Template.Port(80, 8080, "TCP"), new Template.Port(53, 0, "UDP"))))
                .withResources(resources)
                .withMetadata(metadata -> metadata.withLabels(Map.of("team", "blue", "mayfly.dev/owner-uid", "forged"))
                        .withAnnotations(Map.of("note", "by hand")))
                .withSecurity(security)
                .withVolumes(volumes)
                .withMounts(mounts)
                .withEphemerality(mode);
    }
}
