package dev.mayfly.host;

import com.google.common.base.Splitter;
import dev.mayfly.host.Host.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds the layers of a container whose engine does not name their directories, as one with containerd's image store. A
 * running container's file system is mounted at a place that ends with its ID; the table of mounts is the engine's, which
 * no container can change. One that has ended is known to containerd only, and its command tells.
 */
final class OverlayLayers {
    private static final Splitter OPTIONS = Splitter.on(',');
    private static final Splitter DIRECTORIES = Splitter.on(':');
    private static final String UPPER = "upperdir=";
    private static final String LOWERS = "lowerdir=";
    /** Newer kernels print each directory by itself if it was given so. */
    private static final String LOWER = "lowerdir+=";

    /** Columns of mountinfo, see proc(5); behind the separator stand type, source and options. */
    private static final int MOUNT_POINT = 4;

    private static final String SEPARATOR = " - ";
    /** As mountinfo escapes a space. */
    private static final String SPACE = "\\040";

    private static final int MAX_LINES = 16;

    private final Path mounts;
    private final Function<List<String>, List<String>> commands;

    OverlayLayers() {
        this(Path.of("/proc/self/mountinfo"), command -> CommandOutput.lines(command, MAX_LINES));
    }

    /**
     * @param mounts the table of mounts, {@code /proc/self/mountinfo} except in tests
     * @param commands runs a command and returns the lines it prints
     */
    OverlayLayers(Path mounts, Function<List<String>, List<String>> commands) {
        this.mounts = mounts;
        this.commands = commands;
    }

    /** Empty if this machine does not have these layers, or not as directories. */
    Optional<WritableLayer> of(String container, Snapshots snapshots, Set<String> made) {
        return mounted(container).or(() -> stored(container, snapshots)).flatMap(options -> layer(options, made));
    }

    private Optional<String> mounted(String container) {
        try (var lines = Files.lines(mounts, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.contains(container) && isRoot(line.split(" "), container))
                    .map(line -> line.substring(line.indexOf(SEPARATOR) + SEPARATOR.length()))
                    .filter(mount -> mount.startsWith("overlay "))
                    .map(mount -> mount.substring(mount.lastIndexOf(' ') + 1).replace(SPACE, " "))
                    .findFirst();
        } catch (IOException | UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }

    /** True for a line such as {@code … /var/lib/docker/rootfs/overlayfs/ID … - overlay overlay OPTIONS}. */
    private static boolean isRoot(String[] columns, String container) {
        return columns.length > MOUNT_POINT && columns[MOUNT_POINT].endsWith("/" + container);
    }

    /** From a line such as {@code mount -t overlay overlay /any -o OPTIONS}. */
    private Optional<String> stored(String container, Snapshots snapshots) {
        return snapshots.address().stream()
                .flatMap(address -> commands
                        .apply(List.of(
                                "ctr",
                                "--address=" + address,
                                "--namespace=" + snapshots.namespace(),
                                "snapshots",
                                "--snapshotter=" + snapshots.snapshotter(),
                                "mounts",
                                "/any", // nothing is mounted: the command prints
                                container))
                        .stream())
                .filter(line -> line.startsWith("mount -t overlay ") && line.contains(" -o "))
                .map(line -> line.substring(line.indexOf(" -o ") + " -o ".length()))
                .findFirst();
    }

    /** The directories that the options of an overlay name, if all of them are there. */
    private static Optional<WritableLayer> layer(String options, Set<String> made) {
        try {
            var upper = OPTIONS.splitToStream(options)
                    .filter(option -> option.startsWith(UPPER))
                    .map(option -> Path.of(option.substring(UPPER.length())))
                    .filter(path -> path.isAbsolute() && path.getNameCount() > 2)
                    .findFirst();
            return upper.map(path -> new WritableLayer(path, lowers(options, path), made))
                    .filter(layer -> Stream.concat(Stream.of(layer.upper()), layer.lowers().stream())
                            .allMatch(Files::isDirectory));
        } catch (InvalidPathException unreadable) {
            return Optional.empty();
        }
    }

    /** containerd shortens a long list of directories: they are then relative to that of all snapshots. */
    private static List<Path> lowers(String options, Path upper) {
        var all = upper.getParent().getParent();
        var lowers = new ArrayList<Path>();
        for (var option : OPTIONS.split(options)) {
            if (option.startsWith(LOWERS)) {
                DIRECTORIES
                        .splitToStream(option.substring(LOWERS.length()))
                        .map(all::resolve)
                        .forEach(lowers::add);
            } else if (option.startsWith(LOWER)) {
                lowers.add(all.resolve(option.substring(LOWER.length())));
            }
        }
        return List.copyOf(lowers);
    }
}
