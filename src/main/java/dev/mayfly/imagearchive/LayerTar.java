package dev.mayfly.imagearchive;

import dev.mayfly.imagearchive.ImageArchive.UnreadableImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the headers of a layer's tar as the engine does, that is as Go's archive/tar, or not at all. Readers of tar
 * differ in what they do with extended headers that are repeated, mixed or global, with sparse files, with links that have
 * content, and with numbers that are none: an image could show a policy other files than the engine extracts. Such a
 * layer is refused.
 */
final class LayerTar {
    private static final int BLOCK = 512;

    private static final String POSIX = "ustar\00000";
    private static final String GNU = "ustar  \0";
    private static final String OLDEST = "\0".repeat(8);

    private static final char OLD_FILE = '\0';
    private static final char FILE = '0';
    private static final char LINK = '1';
    private static final char SYMLINK = '2';
    private static final char DIRECTORY = '5';
    /** Character device, block device and FIFO. */
    private static final Set<Character> OTHERS = Set.of('3', '4', '6');

    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    /** Bytes until the next header. */
    private long content;

    /** @param in the caller closes it */
    LayerTar(InputStream in) {
        this.in = in;
    }

    /** The type of an entry, as far as a policy cares. */
    enum Type {
        FILE,
        DIRECTORY,
        LINK,
        SYMLINK,
        /** A device or a FIFO. */
        OTHER
    }

    /**
     * One entry.
     *
     * @param name as it is written; U+FFFD stands for bytes that are not UTF-8
     * @param target of a link; empty for others
     * @param mode permissions with the setuid and setgid bits
     */
    record Entry(String name, String target, Type type, long mode) {}

    /**
     * The next entry; empty at the end of the archive.
     *
     * @throws UnreadableImage if readers of tar may differ about the archive, or if it breaks off
     */
    Optional<Entry> next() throws IOException {
        skip(content);
        content = 0;
        var extended = new ExtendedHeaders();
        while (readHeader()) {
            var type = (char) (block[156] & 0xFF);
            if (!ExtendedHeaders.TYPES.contains(type)) {
                return Optional.of(entry(type, extended.values()));
            }
            if (name().endsWith("/")) { // some readers take it for a directory, without content
                throw new UnreadableImage("an extended header in it has the name of a directory");
            }
            extended.add(type, extension());
        }
        if (!extended.isEmpty()) {
            throw new UnreadableImage("it ends after an extended header");
        }
        return Optional.empty();
    }

    private Entry entry(char type, Map<String, String> extended) throws IOException {
        var name = extended.getOrDefault(ExtendedHeaders.PATH, name());
        if (name.isEmpty()) {
            throw new UnreadableImage("an entry in it has no name");
        }
        var kind = kind(type, name);
        var size = extended.containsKey(ExtendedHeaders.SIZE)
                ? Numbers.decimal(extended.get(ExtendedHeaders.SIZE))
                : Numbers.of(block, 124, 12);
        if (kind != Type.FILE && size > 0) {
            throw new UnreadableImage("a directory, link or device in it has content");
        }
        content = padded(size);
        var isLink = kind == Type.LINK || kind == Type.SYMLINK;
        return new Entry(
                name,
                isLink ? extended.getOrDefault(ExtendedHeaders.LINK_PATH, text(157, 100)) : "",
                kind,
                Numbers.of(block, 100, 8));
    }

    /** A trailing slash makes a directory in tar's oldest format. In later ones readers differ about such a file. */
    private static Type kind(char type, String name) throws UnreadableImage {
        return switch (type) {
            case OLD_FILE -> name.endsWith("/") ? Type.DIRECTORY : Type.FILE;
            case FILE -> {
                if (name.endsWith("/")) {
                    throw new UnreadableImage("a file in it has the name of a directory");
                }
                yield Type.FILE;
            }
            case LINK -> Type.LINK;
            case SYMLINK -> Type.SYMLINK;
            case DIRECTORY -> Type.DIRECTORY;
            default -> {
                if (!OTHERS.contains(type)) {
                    throw new UnreadableImage("an entry in it has a type that layers don't have: " + (int) type);
                }
                yield Type.OTHER;
            }
        };
    }

    /** False at the end: an empty block, and another one or nothing. */
    private boolean readHeader() throws IOException {
        if (!readBlock()) {
            return false;
        }
        if (isEmpty()) {
            if (readBlock() && !isEmpty()) {
                throw new UnreadableImage("an entry in it follows the end");
            }
            return false;
        }
        checkSum();
        checkFormat();
        checkNumbers();
        return true;
    }

    /** False if the stream is at its end. */
    private boolean readBlock() throws IOException {
        var read = in.readNBytes(block, 0, BLOCK);
        if (read > 0 && read < BLOCK) {
            throw new UnreadableImage("it breaks off within a header");
        }
        return read == BLOCK;
    }

    private boolean isEmpty() {
        for (var octet : block) {
            if (octet != 0) {
                return false;
            }
        }
        return true;
    }

    private void checkSum() throws UnreadableImage {
        var sum = 0;
        for (var i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xFF;
        }
        if (sum != Numbers.of(block, 148, 8)) {
            throw new UnreadableImage("a header in it has a wrong checksum");
        }
    }

    private void checkFormat() throws UnreadableImage {
        var format = raw(257, 8);
        var known = format.equals(POSIX) || format.equals(GNU) || format.equals(OLDEST);
        if (!known || raw(508, 4).equals("tar\0")) {
            throw new UnreadableImage("a header in it is of another format than POSIX's, GNU's and the oldest");
        }
        if (format.equals(GNU)) { // Go takes the times for the beginning of a path if they are no numbers
            Numbers.of(block, 345, 12);
            Numbers.of(block, 357, 12);
        }
    }

    /** Those that no policy cares about: owner, group, time, and the numbers of a device. Go reads them all the same. */
    private void checkNumbers() throws UnreadableImage {
        Numbers.check(block, 108, 8);
        Numbers.check(block, 116, 8);
        Numbers.check(block, 136, 12);
        if (!raw(257, 8).equals(OLDEST)) {
            Numbers.check(block, 329, 8);
            Numbers.check(block, 337, 8);
        }
    }

    private String name() {
        var prefix = raw(257, 8).equals(POSIX) ? text(345, 155) : "";
        return prefix.isEmpty() ? text(0, 100) : prefix + "/" + text(0, 100);
    }

    /** The content of an extended header. */
    private byte[] extension() throws IOException {
        var size = Numbers.of(block, 124, 12);
        if (size > ExtendedHeaders.MOST_BYTES) {
            throw new UnreadableImage(
                    "an extended header in it is longer than " + (ExtendedHeaders.MOST_BYTES >> 20) + " MiB");
        }
        var extension = in.readNBytes((int) size);
        if (extension.length < size) {
            throw new UnreadableImage("it breaks off within an extended header");
        }
        skip(padded(size) - size);
        return extension;
    }

    private void skip(long bytes) throws IOException {
        var left = bytes;
        while (left > 0) {
            var skipped = in.skip(left);
            if (skipped <= 0 && in.read() < 0) {
                throw new UnreadableImage("it breaks off within a file");
            }
            left -= Math.max(1, skipped);
        }
    }

    private static long padded(long bytes) {
        return (bytes + BLOCK - 1) / BLOCK * BLOCK;
    }

    private String text(int from, int length) {
        return ExtendedHeaders.text(Arrays.copyOfRange(block, from, from + length));
    }

    private String raw(int from, int length) {
        return new String(block, from, length, StandardCharsets.ISO_8859_1);
    }

    /** Numbers in headers. */
    static final class Numbers {
        /** Larger than any layer, and small enough to be rounded up. */
        private static final long MOST = 1L << 62;

        private Numbers() {}

        /** Octal digits between blanks or zero bytes, which may be none; or, if the first bit is set, a positive number. */
        static long of(byte[] block, int from, int length) throws UnreadableImage {
            if (block[from] == (byte) 0x80) {
                return binary(block, from, length);
            }
            var begin = from;
            var end = from + length;
            while (begin < end && isBlank(block[begin])) {
                begin++;
            }
            while (end > begin && isBlank(block[end - 1])) {
                end--;
            }
            var number = 0L;
            for (var i = begin; i < end; i++) {
                if (block[i] < '0' || block[i] > '7') {
                    throw none();
                }
                number = number * 8 + block[i] - '0'; // 12 digits are 36 bits
            }
            return number;
        }

        /** Refuses what is no number, positive or negative. */
        static void check(byte[] block, int from, int length) throws UnreadableImage {
            if (block[from] >= 0) {
                of(block, from, length);
            }
        }

        private static long binary(byte[] block, int from, int length) throws UnreadableImage {
            var number = 0L;
            for (var i = from + 1; i < from + length; i++) {
                if (number >= MOST >> 8) {
                    throw none();
                }
                number = number << 8 | block[i] & 0xFF;
            }
            return number;
        }

        static long decimal(String text) throws UnreadableImage {
            if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw none();
            }
            return Long.parseLong(text);
        }

        private static boolean isBlank(byte octet) {
            return octet == ' ' || octet == 0;
        }

        private static UnreadableImage none() {
            return new UnreadableImage("a header in it has no number where one belongs");
        }
    }
}
