package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.model.Capability;
import dev.mayfly.model.Template.Security;
import java.util.List;
import java.util.stream.Stream;

/** Which capabilities a replica gets: enough for ordinary official images to start, nothing that reaches further. */
record Capabilities(List<Capability> add, List<Capability> drop) {
    /** What Docker would grant and Mayfly does not: raw sockets, device nodes, audit records, chroot, capability changes. */
    private static final List<Capability> DROPPED = List.of(
            Capability.NET_RAW,
            Capability.MKNOD,
            Capability.AUDIT_WRITE,
            Capability.SYS_CHROOT,
            Capability.SETFCAP,
            Capability.SETPCAP);

    static Capabilities of(Security security) {
        var add = security.addCapabilities().stream().map(Capability::valueOf).toList();
        if (security.dropCapabilities().contains("ALL")) {
            return new Capabilities(add, List.of(Capability.ALL));
        }
        var drop = Stream.concat(
                        DROPPED.stream(), security.dropCapabilities().stream().map(Capability::valueOf))
                .distinct()
                .filter(capability -> !add.contains(capability))
                .toList();
        return new Capabilities(add, drop);
    }
}
