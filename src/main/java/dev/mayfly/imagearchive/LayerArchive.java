package dev.mayfly.imagearchive;

import dev.mayfly.imagearchive.ImageArchive.ArchiveBudget;
import dev.mayfly.imagearchive.LayerTar.Entry;
import dev.mayfly.imagearchive.LayerTar.Type;
import java.io.IOException;
import java.io.InputStream;

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
        var entries = new LayerTar(tar);
        for (var entry = entries.next(); entry.isPresent(); entry = entries.next()) {
            add(layer, entry.get());
        }
        return layer;
    }

    private static void add(Layer layer, Entry entry) throws IOException {
        var path = ImagePath.normal(entry.name());
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
        } else {
            switch (entry.type()) {
                case DIRECTORY -> layer.directory(path);
                case SYMLINK -> layer.symlink(path);
                case LINK -> layer.link(path, ImagePath.normal(entry.target()), bits(entry));
                case FILE, OTHER -> layer.file(path, special(entry));
            }
        }
    }

    private static boolean special(Entry entry) {
        return (entry.type() == Type.FILE || entry.type() == Type.LINK) && bits(entry);
    }

    private static boolean bits(Entry entry) {
        return (entry.mode() & SETUID_OR_SETGID) != 0;
    }

    /**
     * False if a part of the name was not UTF-8, so that it may equal another file's: an entry that hides something
     * must have an exact name. U+FFFD stands for such bytes; some builders write {@code ?} for them.
     */
    private static boolean exact(String path) {
        return path.indexOf('?') < 0 && path.indexOf('\uFFFD') < 0;
    }
}
