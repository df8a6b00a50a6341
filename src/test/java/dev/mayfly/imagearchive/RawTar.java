package dev.mayfly.imagearchive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes tars header by header, also those that no library writes. */
final class RawTar {
    private static final int BLOCK = 512;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A regular file without content. @param mode as octal digits */
    RawTar file(String name, String mode) {
        return add('0', name, "", mode, new byte[0]);
    }

    /** An extended header of PAX. @param keysAndValues key, value, key, value … */
    RawTar extended(char type, String... keysAndValues) {
        var records = new StringBuilder();
        for (var i = 0; i < keysAndValues.length; i += 2) {
            var record = " " + keysAndValues[i] + "=" + keysAndValues[i + 1] + "\n";
            var length = record.getBytes(StandardCharsets.UTF_8).length;
            var total = length + Integer.toString(length).length();
            total = length + Integer.toString(total).length();
            records.append(total).append(record);
        }
        return add(type, "extended", "", "644", records.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A long name of GNU. */
    RawTar longName(char type, String name) {
        return add(type, "././@LongLink", "", "644", (name + "\0").getBytes(StandardCharsets.UTF_8));
    }

    RawTar add(char type, String name, String link, String mode, byte[] content) {
        return add(type, name, link, mode, Integer.toOctalString(content.length), content);
    }

    /** @param size as it is written, also a wrong one */
    RawTar add(char type, String name, String link, String mode, String size, byte[] content) {
        var header = new byte[BLOCK];
        put(header, 0, name, 100);
        put(header, 100, mode, 8);
        put(header, 124, size, 12);
        header[156] = (byte) type;
        put(header, 157, link, 100);
        put(header, 257, "ustar\00000", 8);
        bytes.writeBytes(summed(header));
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        return this;
    }

    private static void put(byte[] header, int at, String text, int most) {
        var octets = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(octets, 0, header, at, Math.min(octets.length, most));
    }

    /** The header with its checksum. */
    static byte[] summed(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        var sum = 0;
        for (var octet : header) {
            sum += octet & 0xFF;
        }
        put(header, 148, "%06o\0 ".formatted(sum), 8);
        return header;
    }

    byte[] bytes() {
        var ended = new ByteArrayOutputStream();
        ended.writeBytes(bytes.toByteArray());
        ended.writeBytes(new byte[2 * BLOCK]);
        return ended.toByteArray();
    }
}
