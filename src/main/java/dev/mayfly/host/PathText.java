package dev.mayfly.host;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Turns a path into text. Linux names are bytes: those that are not UTF-8, and invisible characters, become
 * {@code \xNN}.
 */
final class PathText {
    private static final char REPLACEMENT = '\uFFFD';

    private PathText() {}

    static String of(byte[] path) {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var in = ByteBuffer.wrap(path);
        var out = CharBuffer.allocate(path.length);
        var text = new StringBuilder(path.length);
        while (true) {
            var result = decoder.decode(in, out, true);
            out.flip().chars().forEach(c -> append(text, (char) c));
            out.clear();
            if (!result.isError()) {
                return text.toString();
            }
            for (var i = 0; i < result.length(); i++) {
                escape(text, in.get());
            }
        }
    }

    private static void append(StringBuilder text, char c) {
        var hidden = Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || c == REPLACEMENT;
        if (hidden) {
            for (var octet : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
                escape(text, octet);
            }
        } else {
            text.append(c);
        }
    }

    private static void escape(StringBuilder text, byte octet) {
        text.append("\\x%02x".formatted(octet & 0xFF));
    }
}
