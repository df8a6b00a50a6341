package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.model.Capability;
import dev.mayfly.core.model.Template.Security;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Capabilities of a replica: enough for ordinary official images to start, nothing beyond that. */
record Capabilities(List<Capability> add, List<Capability> drop) {
    /** Docker's default capabilities (moby: oci/caps/defaults.go). */
    private static final Set<String> DOCKERS = Set.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "FSETID",
            "FOWNER",
            "MKNOD",
            "NET_RAW",
            "SETGID",
            "SETUID",
            "SETFCAP",
            "SETPCAP",
            "NET_BIND_SERVICE",
            "SYS_CHROOT",
            "KILL",
            "AUDIT_WRITE");

    /** @param allowed capabilities of a replica that drops none */
    static Capabilities of(Security security, Set<String> allowed) {
        if (security.dropCapabilities().contains("ALL")) {
            return new Capabilities(known(security.addCapabilities()), List.of(Capability.ALL));
        }
        var wanted = new TreeSet<>(allowed);
        wanted.removeAll(security.dropCapabilities());
        wanted.addAll(security.addCapabilities());
        var add = wanted.stream().filter(name -> !DOCKERS.contains(name)).toList();
        var drop =
                DOCKERS.stream().filter(name -> !wanted.contains(name)).sorted().toList();
        return new Capabilities(known(add), known(drop));
    }

    private static List<Capability> known(List<String> names) {
        return names.stream().map(Capability::valueOf).toList();
    }
}
