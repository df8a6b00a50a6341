package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Template.Security;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Capabilities of a replica: enough for ordinary official images to start, nothing beyond that.
 *
 * @param add what an engine's defaults lack, sorted, without the {@code CAP_} prefix
 * @param drop what a container would have by default, sorted; or {@code ALL}
 */
public record CapabilityNames(List<String> add, List<String> drop) {
    private static final String ALL = "ALL";
    /** The capabilities that engines give a container by default (CRI runtimes the same as others). */
    private static final Set<String> DEFAULTS = Set.of(
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
    public static CapabilityNames of(Security security, Set<String> allowed) {
        if (security.dropCapabilities().contains(ALL)) {
            return new CapabilityNames(security.addCapabilities(), List.of(ALL));
        }
        var wanted = new TreeSet<>(allowed);
        wanted.removeAll(security.dropCapabilities());
        wanted.addAll(security.addCapabilities());
        return new CapabilityNames(
                wanted.stream().filter(name -> !DEFAULTS.contains(name)).toList(),
                DEFAULTS.stream()
                        .filter(name -> !wanted.contains(name))
                        .sorted()
                        .toList());
    }
}
