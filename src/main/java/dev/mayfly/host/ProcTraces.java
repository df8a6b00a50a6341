package dev.mayfly.host;

import com.google.common.base.Splitter;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Reads what the kernel has from {@code /proc} and {@code /sys}, under both versions of cgroups. */
final class ProcTraces implements KernelTraces {
    private static final Logger LOG = Logger.getLogger(ProcTraces.class);
    private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");
    /** A shim's arguments are shorter; those of other processes may be megabytes. */
    private static final int MAX_ARGUMENTS = 4096;
    /** As many characters of an ID as Docker's commands show. */
    private static final int SHORT_ID = 12;
    /** Columns of /proc/self/mountinfo, see proc(5). */
    private static final int MOUNTED_ROOT = 3;

    private static final int MOUNT_POINT = 4;

    private final Path root;
    private final Firewall firewall;

    /** @param root the root of the file system, {@code /} except in tests */
    ProcTraces(Path root, Firewall firewall) {
        this.root = root;
        this.firewall = firewall;
    }

    /** The firewall's rules as text. */
    interface Firewall {
        /** Empty if they can't be read. */
        List<String> rules();
    }

    @Override
    public Optional<Map<String, List<String>>> of(Collection<GoneContainer> gone) {
        var byId = gone.stream().collect(Collectors.toMap(GoneContainer::id, Function.identity(), (a, b) -> a));
        var left = new TreeMap<String, List<String>>();
        try {
            if (!shims(byId, left)) {
                return Optional.empty();
            }
            mounts(byId, left);
        } catch (IOException unreadable) {
            LOG.debugf("What is left of removed containers can't be seen: %s", unreadable.getMessage());
            return Optional.empty();
        }
        byId.keySet().forEach(id -> cgroups(id).stream().findFirst().ifPresent(cgroup -> add(left, id, text(cgroup))));
        left.values().forEach(found -> found.sort(null));
        return Optional.of(left);
    }

    private String text(Path cgroup) {
        return "cgroup " + cgroup + " with " + processes(cgroup).size() + " processes";
    }

    /** @return false if no process of the engine is visible */
    private boolean shims(Map<String, GoneContainer> gone, Map<String, List<String>> left) {
        var visible = false;
        for (var process : children(root.resolve("proc"), "[0-9]*")) {
            var arguments = arguments(process);
            var name = arguments.getFirst().substring(arguments.getFirst().lastIndexOf('/') + 1);
            var shim = name.startsWith("containerd-shim");
            if ((shim || name.equals("dockerd")) && isOfTheHost(process)) {
                visible = true;
                var at = arguments.indexOf("-id");
                var id = at < 0 || at + 1 == arguments.size() ? "" : arguments.get(at + 1);
                if (shim && gone.containsKey(id)) {
                    add(left, id, "shim with process ID " + process.getFileName());
                }
            }
        }
        return visible;
    }

    /** The first arguments of a process. */
    private static List<String> arguments(Path process) {
        try (var in = Files.newInputStream(process.resolve("cmdline"))) {
            return Splitter.on('\0').splitToList(new String(in.readNBytes(MAX_ARGUMENTS), StandardCharsets.UTF_8));
        } catch (IOException ended) {
            return List.of("");
        }
    }

    /** False for a process in a container, which can call itself a shim. */
    private boolean isOfTheHost(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/pid"))
                    .equals(Files.readSymbolicLink(root.resolve("proc/self/ns/pid")));
        } catch (IOException ended) {
            return false;
        }
    }

    private void mounts(Map<String, GoneContainer> gone, Map<String, List<String>> left) throws IOException {
        var namespaces = new HashMap<String, String>();
        gone.values().forEach(one -> one.networkNamespace().ifPresent(path -> namespaces.put(path, one.id())));
        for (var columns : mountTable()) {
            var place = columns[MOUNT_POINT];
            if (namespaces.containsKey(place)) {
                add(left, namespaces.get(place), "network namespace " + place);
            }
            var ids = CONTAINER_ID.matcher(place);
            if (ids.find() && gone.containsKey(ids.group())) {
                add(left, ids.group(), "mount " + place);
            }
        }
    }

    private List<String[]> mountTable() throws IOException {
        return Files.readAllLines(root.resolve("proc/self/mountinfo"), StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.split(" "))
                .filter(columns -> columns.length > MOUNT_POINT)
                .toList();
    }

    @Override
    public Optional<String> networkNamespace(String container) {
        return cgroups(container).stream()
                .flatMap(cgroup -> processes(cgroup).stream())
                .findFirst()
                .flatMap(this::mountedNamespace);
    }

    /** @param process one of a container */
    private Optional<String> mountedNamespace(String process) {
        try {
            var namespace = Files.readSymbolicLink(root.resolve("proc/" + process + "/ns/net"))
                    .toString();
            return mountTable().stream()
                    .filter(columns -> columns[MOUNTED_ROOT].equals(namespace))
                    .map(columns -> columns[MOUNT_POINT])
                    .filter(place -> !place.endsWith("/default")) // the host's own
                    .findFirst();
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    /**
     * The container's cgroups: one under cgroup v2, one in each hierarchy under v1, and in both under the hybrid layout.
     * Docker's two drivers name them differently.
     */
    private List<Path> cgroups(String container) {
        var top = root.resolve("sys/fs/cgroup");
        var hierarchies = Stream.concat(Stream.of(top), children(top, "*").stream());
        return hierarchies
                .flatMap(hierarchy -> Stream.of(
                        hierarchy.resolve("docker").resolve(container),
                        hierarchy.resolve("system.slice").resolve("docker-" + container + ".scope")))
                .filter(cgroup -> Files.isDirectory(cgroup, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    private static List<String> processes(Path cgroup) {
        try {
            return Files.readAllLines(cgroup.resolve("cgroup.procs"));
        } catch (IOException gone) {
            return List.of();
        }
    }

    @Override
    public Map<String, List<String>> ofNetworks(Collection<String> networks) {
        var left = new TreeMap<String, List<String>>();
        var rules = networks.isEmpty() ? List.<String>of() : firewall.rules();
        for (var network : networks) {
            var bridge = bridge(network);
            var found = new ArrayList<String>();
            if (Files.exists(root.resolve("sys/class/net").resolve(bridge))) {
                found.add("bridge " + bridge);
            }
            interfaces(network).forEach(name -> found.add("interface " + name + " in bridge " + bridge));
            var naming = rules.stream().filter(rule -> rule.contains(bridge)).count();
            if (naming > 0) {
                found.add("firewall rules for bridge " + bridge + ": " + naming);
            }
            if (!found.isEmpty()) {
                left.put(network, found);
            }
        }
        return left;
    }

    @Override
    public List<String> interfaces(String network) {
        return children(root.resolve("sys/class/net/" + bridge(network) + "/brif"), "*").stream()
                .map(port -> port.getFileName().toString())
                .sorted()
                .toList();
    }

    /** The name that Docker gives to the bridge of a network, unless an option of the network names another one. */
    private static String bridge(String network) {
        return "br-" + network.substring(0, Math.min(SHORT_ID, network.length()));
    }

    private static List<Path> children(Path directory, String glob) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var all = Files.newDirectoryStream(directory, glob)) {
            var found = new ArrayList<Path>();
            all.forEach(found::add);
            return found;
        } catch (IOException | DirectoryIteratorException gone) {
            return List.of();
        }
    }

    private static void add(Map<String, List<String>> left, String container, String trace) {
        left.computeIfAbsent(container, first -> new ArrayList<>())
                .add(trace + " of container " + container.substring(0, Math.min(SHORT_ID, container.length())));
    }
}
