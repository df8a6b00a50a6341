package dev.mayfly.imagearchive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Small tars described by a test. */
public final class Tars {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    private Tars() {}

    /**
     * @param entries as {@code path}, {@code path mode}, {@code directory/}, {@code path -> hard link's target mode},
     *     {@code path => symbolic link's target}, {@code path file mode} for one that is a file whatever its name ends
     *     with
     */
    public static byte[] layer(String... entries) {
        var tars = new Tars();
        for (var entry : entries) {
            tars.add(entry);
        }
        return tars.bytes();
    }

    /** An archive of files: name, content, name, content … */
    public static byte[] files(Object... namesAndContents) {
        var tars = new Tars();
        for (var i = 0; i < namesAndContents.length; i += 2) {
            var content = namesAndContents[i + 1] instanceof String text
                    ? text.getBytes(StandardCharsets.UTF_8)
                    : (byte[]) namesAndContents[i + 1];
            tars.put(new TarArchiveEntry((String) namesAndContents[i]), content);
        }
        return tars.bytes();
    }

    /** The digest by which an image lists the layer. */
    public static String digest(byte[] tar) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(tar));
        } catch (java.security.NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** The bytes in compressed form. */
    public static byte[] packed(byte[] content, Compressor compressor) {
        var packed = new ByteArrayOutputStream();
        try (var to = compressor.onto(packed)) {
            to.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    /** Compresses what is written to it. */
    public interface Compressor {
        OutputStream onto(OutputStream out) throws IOException;
    }

    private void add(String text) {
        var words = text.split(" ");
        if (words.length > 2 && !words[1].equals("->")) {
            addAs(words[1].equals("=>") ? TarConstants.LF_SYMLINK : TarConstants.LF_NORMAL, words);
            return;
        }
        var link = words.length > 2;
        var mode = Integer.parseInt(words.length == 2 ? words[1] : words.length == 4 ? words[3] : "755", 8);
        var entry = link
                ? new TarArchiveEntry(words[0], TarConstants.LF_LINK)
                : new TarArchiveEntry(words[0], true); // true: a leading / stays
        if (link) {
            entry.setLinkName(words[2]);
        }
        entry.setMode((entry.isDirectory() ? 040000 : 0100000) | mode);
        var empty =
                link || entry.isDirectory() || words[0].contains(".wh."); // the form in which engines write whiteouts
        put(entry, empty ? new byte[0] : "content".getBytes(StandardCharsets.UTF_8));
    }

    private void addAs(byte type, String[] words) {
        var entry = new TarArchiveEntry(words[0], type);
        if (type == TarConstants.LF_SYMLINK) {
            entry.setLinkName(words[2]);
        } else {
            entry.setMode(0100000 | Integer.parseInt(words[2], 8));
        }
        put(entry, new byte[0]);
    }

    private void put(TarArchiveEntry entry, byte[] content) {
        try {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] bytes() {
        try {
            tar.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
