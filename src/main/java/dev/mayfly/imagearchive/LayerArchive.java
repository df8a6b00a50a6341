package dev.mayfly.imagearchive;

import dev.mayfly.imagearchive.ImageArchive.ArchiveBudget;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The tar of a layer. Whiteouts follow the OCI image spec (layer.md, "Whiteouts"); other names that begin with
 * {@code .wh..wh.} are marks of a storage driver, not files.
 */
final class LayerArchive {
    private static final String WHITEOUT = ".wh.";
    private static final String DRIVER = ".wh..wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final int SETUID_OR_SETGID = 06000;

    private LayerArchive() {}

    static Layer read(InputStream tar, ArchiveBudget budget) throws IOException {
        var layer = new Layer(budget);
        var entries = new TarArchiveInputStream(tar, "UTF-8"); // the caller closes the stream
        for (var entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            add(layer, entry);
        }
        return layer;
    }

    private static void add(Layer layer, TarArchiveEntry entry) throws IOException {
        var path = ImagePath.normal(entry.getName());
        var name = path.substring(path.lastIndexOf('/') + 1);
        if (name.equals(OPAQUE)) {
            layer.opaque(ImagePath.normal(path + "/.."));
        } else if (name.startsWith(WHITEOUT)) {
            if (!name.startsWith(DRIVER) && exact(path)) {
                layer.whiteout(ImagePath.normal(path + "/../" + name.substring(WHITEOUT.length())));
            }
        } else if (!exact(path)) {
            if (special(entry)) {
                layer.addSetuid(path + " (some of its name can't be shown)");
            }
        } else if (directory(entry)) {
            layer.directory(path);
        } else if (entry.isSymbolicLink()) {
            layer.symlink(path);
        } else if (entry.isLink()) {
            layer.link(path, ImagePath.normal(entry.getLinkName()), bits(entry));
        } else {
            layer.file(path, special(entry));
        }
    }

    private static boolean special(TarArchiveEntry entry) {
        var regular = !directory(entry)
                && !entry.isSymbolicLink()
                && !entry.isBlockDevice()
                && !entry.isCharacterDevice()
                && !entry.isFIFO();
        return regular && bits(entry);
    }

    /**
     * A trailing slash makes a directory only in tar's oldest format; the engine makes a file of any other such entry.
     */
    private static boolean directory(TarArchiveEntry entry) {
        return entry.getLinkFlag() == TarConstants.LF_DIR
                || entry.getLinkFlag() == TarConstants.LF_OLDNORM
                        && entry.getName().endsWith("/");
    }

    private static boolean bits(TarArchiveEntry entry) {
        return (entry.getMode() & SETUID_OR_SETGID) != 0;
    }

    /**
     * False if a part of the name was not UTF-8, so that it may equal another file's: an entry that hides something
     * must have an exact name. commons-compress replaces such bytes with {@code ?} in headers and U+FFFD in PAX
     * records.
     */
    private static boolean exact(String path) {
        return path.indexOf('?') < 0 && path.indexOf('\uFFFD') < 0;
    }
}
