package dev.mayfly.runtime.scanner;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The directories of this operator's scans, and those that a scan left that was cut off. */
public final class ScanFolders {
    /** The number is Java's. */
    private static final Pattern NAME = Pattern.compile("mayfly-scan-(.+)-\\d+");

    private final String mark;
    private final Consumer<String> warnings;
    private final List<ScanFolder> open = new ArrayList<>();
    private final Set<Path> stuck = ConcurrentHashMap.newKeySet();

    /**
     * @param mark tells the directories of this installation from others'
     * @param warnings told once of each directory that can't be removed, and what to do
     */
    ScanFolders(String mark, Consumer<String> warnings) {
        this.mark = mark;
        this.warnings = warnings;
    }

    /** The mark in a directory's name; empty: no scan made it. */
    public static Optional<String> mark(String name) {
        return Optional.of(NAME.matcher(name)).filter(match -> match.matches()).map(match -> match.group(1));
    }

    synchronized ScanFolder open() throws IOException {
        open.removeIf(ScanFolder::closed);
        var folder = new ScanFolder(mark);
        open.add(folder);
        return folder;
    }

    /** Removes those of no scan that is under way. */
    void sweep() {
        for (var folder : left()) {
            try {
                ScanFolder.remove(folder);
                stuck.remove(folder);
            } catch (IOException refused) {
                if (stuck.add(folder)) {
                    warnings.accept(folder + " is left of a scan that was cut off, and can't be removed (" + refused
                            + "): sudo rm -rf " + folder);
                }
            }
        }
    }

    private boolean ours(Path folder) {
        return mark(folder.getFileName().toString()).filter(mark::equals).isPresent();
    }

    /** Listed while none is made, since between its making and its note it would seem to be left. */
    private synchronized List<Path> left() {
        var all = Path.of(System.getProperty("java.io.tmpdir"));
        var left = new ArrayList<Path>();
        try (var found = Files.newDirectoryStream(all, this::ours)) {
            found.forEach(left::add);
        } catch (IOException | DirectoryIteratorException notReadable) {
            if (stuck.add(all)) {
                warnings.accept(all + " can't be read (" + notReadable
                        + "), so what scans left there stays: chmod u+rwx " + all);
            }
        }
        open.stream().filter(folder -> !folder.closed()).map(ScanFolder::path).forEach(left::remove);
        return left;
    }
}
