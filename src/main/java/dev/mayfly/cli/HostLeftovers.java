package dev.mayfly.cli;

import com.google.re2j.Pattern;
import dev.mayfly.runtime.scanner.ScanFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** What on this machine is ours by where it lies. */
final class HostLeftovers {
    /** Where operators keep files in memory and on the disk, each in a directory called as its cluster. */
    private static final List<Path> OURS = List.of(Path.of("/run/mayfly"), Path.of("/var/lib/mayfly"));
    /** Where Java makes temporary directories on Linux, each scan's among them. */
    private static final Path TEMPORARY = Path.of("/tmp");
    /** The default prefix of {@code hostPath} volumes: people's data. */
    private static final Path DATA = Path.of("/srv/mayfly");

    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

    private final Path root;

    /** @param root of the file system: {@code /} */
    HostLeftovers(Path root) {
        this.root = root;
    }

    void find(Consumer<Leftover> found) {
        for (var parent : OURS) {
            for (var directory : in(below(parent))) {
                var cluster = directory.getFileName().toString();
                if (ID.matcher(cluster).matches()) {
                    found.accept(Leftover.onHost("directory", directory.toString(), cluster, ""));
                }
            }
        }
        for (var directory : in(below(TEMPORARY))) {
            if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                ScanFolders.mark(directory.getFileName().toString())
                        .filter(cluster -> ID.matcher(cluster).matches())
                        .map(cluster -> Leftover.onHost("directory", directory.toString(), cluster, "of a scan"))
                        .ifPresent(found);
            }
        }
        mounts(found);
        for (var directory : in(below(DATA))) {
            found.accept(Leftover.onHost("directory", directory.toString(), "", "data of hostPath volumes")
                    .asKept());
        }
    }

    /** Also those whose directory nobody sees any more. */
    private void mounts(Consumer<Leftover> found) {
        try (var mounts = Files.lines(below(Path.of("/proc/self/mounts")))) {
            mounts.map(line -> line.split(" "))
                    .filter(fields -> fields.length > 2)
                    .forEach(fields -> OURS.stream()
                            .filter(parent -> fields[1].startsWith(parent + "/"))
                            .map(parent -> parent.relativize(Path.of(fields[1]))
                                    .getName(0)
                                    .toString())
                            .filter(cluster -> ID.matcher(cluster).matches())
                            .map(cluster -> Leftover.onHost("mount", fields[1], cluster, fields[2]))
                            .forEach(found));
        } catch (IOException | UncheckedIOException unreadable) {
            throw new Refusal("The mounts of this machine can't be read: " + unreadable.getMessage());
        }
    }

    private static List<Path> in(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (var all = Files.list(directory)) {
            return all.sorted().toList();
        } catch (IOException | UncheckedIOException unreadable) {
            throw new Refusal(directory + " can't be read: run this as root");
        }
    }

    private Path below(Path absolute) {
        return root.resolve(absolute.toString().substring(1));
    }
}
