package dev.mayfly.cli.leftovers;

import com.google.re2j.Pattern;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.host.Host;
import dev.mayfly.host.PacketFilter;
import dev.mayfly.scanner.ScanFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Finds Mayfly's files on this machine by their location, and its chains of the packet filter by their names. */
final class HostLeftovers {
    /** Directories of operators in memory and on the disk; each operator has one named after its cluster. */
    private static final List<Path> OPERATOR_DIRECTORIES = List.of(Path.of("/run/mayfly"), Path.of("/var/lib/mayfly"));
    /** Java's default directory for temporary files on Linux, including those of scans. */
    private static final Path TEMPORARY = Path.of("/tmp");
    /** The default prefix of {@code hostPath} volumes: user data. */
    private static final Path USER_DATA = Path.of("/srv/mayfly");

    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

    /** A chain as {@code iptables-save} declares it. */
    private static final Pattern CHAIN = Pattern.compile("^:(MAYFLY-([0-9a-f]{12})) ");

    private final Path root;
    private final Supplier<List<String>> rules;

    /**
     * @param root the root of the file system, {@code /} except in tests
     * @param rules of the packet filter, as {@code iptables-save} prints them
     */
    HostLeftovers(Path root, Supplier<List<String>> rules) {
        this.root = root;
        this.rules = rules;
    }

    static HostLeftovers ofThisMachine() {
        return new HostLeftovers(Path.of("/"), HostLeftovers::readRules);
    }

    /** Only root may read them. */
    private static List<String> readRules() {
        try {
            return PacketFilter.own().rules();
        } catch (Host.Refused unreadable) {
            return List.of();
        }
    }

    void find(Consumer<Leftover> found) {
        for (var parent : OPERATOR_DIRECTORIES) {
            for (var directory : children(below(parent))) {
                var cluster = directory.getFileName().toString();
                if (ID.matcher(cluster).matches()) {
                    found.accept(Leftover.onHost("directory", directory.toString(), cluster, ""));
                }
            }
        }
        for (var directory : children(below(TEMPORARY))) {
            if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                ScanFolders.mark(directory.getFileName().toString())
                        .filter(cluster -> ID.matcher(cluster).matches())
                        .map(cluster -> Leftover.onHost("directory", directory.toString(), cluster, "of a scan"))
                        .ifPresent(found);
            }
        }
        mounts(found);
        for (var rule : rules.get()) {
            var chain = CHAIN.matcher(rule);
            if (chain.find()) {
                found.accept(Leftover.onHost("chain", chain.group(1), chain.group(2), "of the packet filter"));
            }
        }
        for (var directory : children(below(USER_DATA))) {
            found.accept(Leftover.onHost("directory", directory.toString(), "", "data of hostPath volumes")
                    .asKept());
        }
    }

    /** Mounts are listed even if their directory was removed or hidden. */
    private void mounts(Consumer<Leftover> found) {
        try (var mounts = Files.lines(below(Path.of("/proc/self/mounts")))) {
            mounts.map(line -> line.split(" "))
                    .filter(fields -> fields.length > 2)
                    .forEach(fields -> OPERATOR_DIRECTORIES.stream()
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

    private static List<Path> children(Path directory) {
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
