package dev.mayfly.cli.scan;

import com.github.dockerjava.api.command.InspectContainerResponse.Mount;
import dev.mayfly.cli.manifest.ManifestNames;
import dev.mayfly.cli.manifest.MountedVolumes;
import dev.mayfly.cli.scan.WriteReader.Written;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import dev.mayfly.core.model.Ephemerality;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The volumes of the manifest: those that the container had and those that its writes require. */
final class ManifestVolumes {
    private static final int MAX_SHOWN = 3;

    private final String workload;
    private final List<String> notes;
    private final MountedVolumes volumes = new MountedVolumes();

    private ManifestVolumes(String workload, List<String> notes) {
        this.workload = workload;
        this.notes = notes;
    }

    /** Sorted by path, at most as many as a workload may have. */
    static MountedVolumes of(Scanned scanned, String workload, List<String> notes) {
        var volumes = new ManifestVolumes(workload, notes);
        WriteScan.mounts(scanned.container()).forEach(volumes::addMount);
        var tmpfs = scanned.container().getHostConfig().getTmpFs();
        if (tmpfs != null) {
            tmpfs.keySet().forEach(volumes::addTmpfs);
        }
        scanned.written().directories().forEach(volumes::addSuggested);
        volumes.uncovered(scanned.written());
        return volumes.volumes;
    }

    private void addMount(Mount mount) {
        var path = mount.getDestination().getPath();
        var readOnly = Boolean.FALSE.equals(mount.getRW());
        if (mount.getName() == null) {
            if (mount.getSource() != null && !mount.getSource().isEmpty()) {
                notes.add("The host's " + mount.getSource() + " was mounted at " + path + (readOnly ? " (ro)" : "")
                        + ": copy it below /srv/mayfly/<namespace> and mount it as a hostPath, or put small files into"
                        + " a configMap or secret.");
            }
        } else if (WriteScan.isAnonymous(mount)) {
            put(path, readOnly, docker(path), "an anonymous volume");
            notes.add("What the anonymous volume at " + path + " holds is not moved: docker cp CONTAINER:" + path
                    + " takes it out.");
        } else {
            put(path, readOnly, docker(path), "a volume");
            notes.add("The Docker volume " + mount.getName() + " was mounted at " + path
                    + ". Volumes belong to the namespace now: copy its content into the new one.");
        }
    }

    private void addTmpfs(String path) {
        if (!inScratch(path)) {
            put(path, false, Map.of("emptyDir", Map.of("medium", "Memory")), "a tmpfs");
        }
    }

    private void addSuggested(String directory) {
        if (!volumes.covers(directory)) {
            put(directory, false, docker(directory), "writes");
        }
    }

    private void uncovered(Written written) {
        var without = written.changes().stream()
                .map(Written.Change::path)
                .filter(path -> !inScratch(path) && !volumes.covers(path))
                .limit(MAX_SHOWN)
                .toList();
        if (!without.isEmpty()) {
            notes.add("No volume below covers writes such as " + String.join(", ", without)
                    + ": with mode: Enforce they fail. Let it write elsewhere, or put such files into a configMap.");
        }
    }

    private void put(String path, boolean readOnly, Map<String, Object> source, String what) {
        volumes.add(path, source, readOnly ? Map.of("readOnly", true) : Map.of())
                .ifPresent(why -> notes.add("For " + what + " at " + path + " there is no volume below: " + why));
    }

    /**
     * A Docker volume with a name of the workload's own, because workloads of a namespace share volumes of the same
     * name.
     */
    private Map<String, Object> docker(String path) {
        var volume = new LinkedHashMap<String, Object>();
        volume.put("name", ManifestNames.label(workload + "-" + path, ManifestNames.MAX_LABEL));
        volume.put("reclaimPolicy", "Retain");
        return Map.of("dockerVolume", volume);
    }

    private static boolean inScratch(String path) {
        return Ephemerality.DEFAULT_SCRATCH.stream().anyMatch(scratch -> MountedVolumes.within(path, scratch.path()));
    }
}
