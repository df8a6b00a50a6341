package dev.mayfly.runtime.image;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The tar of a layer. Whiteouts are those of the OCI image spec (layer.md, "Whiteouts"); other names that begin with {@code
 * .wh..wh.} are marks of a storage driver, not files.
 */
final class LayerArchive {
    private static final String WHITEOUT = ".wh.";
    private static final String DRIVER = ".wh..wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final int SETUID_OR_SETGID = 06000;

    private LayerArchive() {}

    static Layer read(InputStream tar, LookBudget budget) throws IOException {
        var layer = new Layer(budget);
        var entries = new TarArchiveInputStream(tar, "UTF-8"); // closed with what it reads from
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
                layer.shows(path + " (some of its name can't be shown)");
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

    /** Only an entry of tar's first format is one by the slash at its end; the engine makes a file of any other. */
    private static boolean directory(TarArchiveEntry entry) {
        return entry.getLinkFlag() == TarConstants.LF_DIR
                || entry.getLinkFlag() == TarConstants.LF_OLDNORM
                        && entry.getName().endsWith("/");
    }

    private static boolean bits(TarArchiveEntry entry) {
        return (entry.getMode() & SETUID_OR_SETGID) != 0;
    }

    /**
     * False where a part of the name was no UTF-8 and so may be that of another file: what hides something must name it for
     * sure. commons-compress puts {@code ?} in its place in headers, U+FFFD in PAX records.
     */
    private static boolean exact(String path) {
        return path.indexOf('?') < 0 && path.indexOf('\uFFFD') < 0;
    }
}
