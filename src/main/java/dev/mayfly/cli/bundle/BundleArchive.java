package dev.mayfly.cli.bundle;

import dev.mayfly.core.model.Text;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A gzipped tar of text files, of bounded size. */
final class BundleArchive implements Closeable {
    /** Characters of one file. */
    static final int LARGEST_FILE = 8 * 1024 * 1024;
    /** Bytes of all files before compression. */
    static final long LARGEST = 64L * 1024 * 1024;

    private static final String CUT = "\n# cut here: the file was too large\n";

    private final TarArchiveOutputStream tar;
    private final String directory;
    private final Date time;
    private long written;

    /** @param directory in which all files lie when they are unpacked */
    BundleArchive(OutputStream out, String directory, Date time) throws IOException {
        tar = new TarArchiveOutputStream(new GZIPOutputStream(out), StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        this.directory = directory;
        this.time = time;
    }

    /** Cuts what is too large, at its end. */
    void add(String name, String content) throws IOException {
        var most = (int) Math.min(LARGEST_FILE, LARGEST - written);
        var text = content.length() > most ? Text.atMost(content, most) + CUT : content;
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var entry = new TarArchiveEntry(directory + "/" + name);
        entry.setSize(bytes.length);
        entry.setModTime(time);
        entry.setMode(0600);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
        written = Math.min(LARGEST, written + bytes.length);
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
