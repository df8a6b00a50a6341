package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Privileges that no container of ours may have, whatever its manifest says. Checked with the engine, which grants them. */
record Isolation(String cluster, String namespace) {
    /** As docs/operate/security.md has it. */
    private static final Set<Capability> ADDED = Set.of(
            Capability.CHOWN,
            Capability.DAC_OVERRIDE,
            Capability.FOWNER,
            Capability.FSETID,
            Capability.KILL,
            Capability.SETGID,
            Capability.SETUID,
            Capability.NET_BIND_SERVICE);

    void assertHolds(InspectContainerResponse container) {
        var name = container.getName();
        assertNoPrivilege(name, container.getHostConfig());
        assertNoDevice(name, container.getHostConfig());
        assertOwnNamespaces(name, container.getHostConfig());
        assertOwnFiles(name, container);
        assertOurs(name, container);
    }

    private static void assertNoPrivilege(String name, HostConfig host) {
        assertThat(host.getPrivileged()).as("privileged %s", name).isNotEqualTo(true);
        assertThat(host.getSecurityOpts()).as("security options of %s", name).containsExactly("no-new-privileges");
        assertThat(list(host.getCapAdd())).as("capabilities of %s", name).allMatch(ADDED::contains);
        assertThat(host.getSysctls()).as("sysctls of %s", name).isNullOrEmpty();
        assertThat(host.getRuntime()).as("runtime of %s", name).isEqualTo("runc");
        assertThat(host.getRestartPolicy().getName()).as("restarts of %s", name).isIn("", "no");
        assertThat(host.getCgroupParent()).as("cgroup of %s", name).isNullOrEmpty();
        assertThat(host.getPidsLimit()).as("processes of %s", name).isPositive();
    }

    private static void assertNoDevice(String name, HostConfig host) {
        assertThat(list(host.getDevices())).as("devices of %s", name).isEmpty();
        assertThat(host.getDeviceCgroupRules()).as("device rules of %s", name).isNullOrEmpty();
        assertThat(host.getDeviceRequests()).as("device requests of %s", name).isNullOrEmpty();
    }

    private static void assertOwnNamespaces(String name, HostConfig host) {
        assertThat(host.getPidMode()).as("processes seen by %s", name).isNullOrEmpty();
        assertThat(host.getIpcMode()).as("shared memory of %s", name).isIn("private", "shareable", "none");
        assertThat(host.getUsernsMode()).as("users of %s", name).isNullOrEmpty();
        assertThat(host.getNetworkMode()).as("network of %s", name).matches("none|[0-9a-f]{64}|mayfly.*");
        assertThat(list(host.getExtraHosts())).as("hosts of %s", name).isEmpty();
        assertThat(list(host.getLinks())).as("links of %s", name).isEmpty();
    }

    private void assertOwnFiles(String name, InspectContainerResponse container) {
        var host = container.getHostConfig();
        assertThat(list(host.getBinds())).as("binds of %s", name).isEmpty();
        assertThat(list(host.getVolumesFrom()))
                .as("volumes from others of %s", name)
                .isEmpty();
        if (container.getMounts() == null) {
            return;
        }
        for (var mount : container.getMounts()) {
            if (mount.getName() != null) {
                assertThat(mount.getName()).as("volume of %s", name).startsWith(volumes());
                assertThat(mount.getDriver()).as("driver of %s", name).isEqualTo("local");
            } else {
                assertThat(ownPlaces().stream().anyMatch(Path.of(mount.getSource())::startsWith))
                        .as("%s has %s of the host", name, mount.getSource())
                        .isTrue();
            }
        }
        assertThat(host.getMounts() == null ? List.<Mount>of() : host.getMounts())
                .as("propagation of the mounts of %s", name)
                .allMatch(mount -> mount.getBindOptions() == null);
    }

    private List<Path> ownPlaces() {
        return List.of(
                Path.of("/srv/mayfly", namespace),
                Path.of("/var/lib/mayfly", cluster, "empty-dirs"),
                Path.of("/run/mayfly", cluster));
    }

    private String volumes() {
        return "mayfly_" + cluster + "_" + namespace + "_";
    }

    /** The container names its owner truly and once, whatever labels the manifest or the image has. */
    private void assertOurs(String name, InspectContainerResponse container) {
        var labels = container.getConfig().getLabels();
        assertThat(labels)
                .as("labels of %s", name)
                .containsEntry("mayfly.dev/cluster", cluster)
                .containsEntry("mayfly.dev/namespace", namespace);
        var owner = labels.get("mayfly.dev/owner-uid").substring(0, 8);
        assertThat(name)
                .isEqualTo("/mayfly_%s_%s-%s_%s_%s"
                        .formatted(
                                namespace,
                                labels.get("mayfly.dev/name"),
                                labels.get("mayfly.dev/slot"),
                                labels.get("mayfly.dev/attempt"),
                                owner));
        assertThat(Arrays.stream(container.getConfig().getEnv())
                        .filter(variable -> variable.startsWith("MAYFLY_SLOT="))
                        .collect(Collectors.toSet()))
                .as("slot of %s", name)
                .containsExactly("MAYFLY_SLOT=" + labels.get("mayfly.dev/slot"));
    }

    private static List<?> list(Object[] array) {
        return array == null ? List.of() : List.of(array);
    }

    private static List<?> list(Collection<?> collection) {
        return collection == null ? List.of() : List.copyOf(collection);
    }
}
