package dev.mayfly.cli;

import java.util.List;
import java.util.Objects;

/** Notes the settings of a container that an EphemeralWorkload does not support. */
final class ManifestLosses {
    private ManifestLosses() {}

    static void note(Scanned scanned, List<String> notes) {
        var container = scanned.container();
        var host = container.getHostConfig();
        if (Boolean.TRUE.equals(host.getPrivileged())) {
            notes.add("It was privileged, which no EphemeralWorkload is: it may not start.");
        }
        lost(
                "capabilities",
                host.getCapAdd(),
                "where the operator allows them: securityContext.capabilities.add",
                notes);
        lost("devices", host.getDevices(), "there is nothing in their place", notes);
        lost("links", host.getLinks(), "in a namespace's network a workload's name resolves to its replicas", notes);
        lost("hosts", host.getExtraHosts(), "there is nothing in their place", notes);
        hostNamespace("network", host.getNetworkMode(), notes);
        hostNamespace("PID namespace", host.getPidMode(), notes);
        hostNamespace("IPC namespace", host.getIpcMode(), notes);
        if (Boolean.TRUE.equals(container.getConfig().getTty())) {
            notes.add("It had a terminal, which no replica has.");
        }
        if (container.getConfig().getHealthcheck() != null) {
            notes.add("Its health check is not taken over: a replica is ready while its first process runs.");
        }
    }

    private static void lost(String what, Object[] values, String instead, List<String> notes) {
        if (values != null && values.length > 0) {
            notes.add("Its " + what + " are not taken over (" + values.length + "): " + instead + ".");
        }
    }

    private static void hostNamespace(String what, Object mode, List<String> notes) {
        if ("host".equals(Objects.toString(mode, ""))) {
            notes.add("It used the host's " + what + "; a replica has one of its own.");
        }
    }
}
