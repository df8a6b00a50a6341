package dev.mayfly.imagearchive;

import dev.mayfly.imagearchive.ImageArchive.UnreadableImage;
import dev.mayfly.imagearchive.LayerTar.Numbers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The extended headers before one entry of a tar: PAX records (POSIX.1-2001) or GNU's long names. Of several, Go uses the
 * last one and others the first; a global one is ignored by the engine and applied by others.
 */
final class ExtendedHeaders {
    static final String PATH = "path";
    static final String LINK_PATH = "linkpath";
    static final String SIZE = "size";
    /** Longest one that Go reads (archive/tar: maxSpecialFileSize). */
    static final int MOST_BYTES = 1 << 20;

    private static final char RECORDS = 'x';
    private static final char GLOBAL = 'g';
    private static final char LONG_NAME = 'L';
    private static final char LONG_LINK = 'K';
    static final Set<Character> TYPES = Set.of(RECORDS, GLOBAL, LONG_NAME, LONG_LINK);

    private static final Set<String> KEYS = Set.of(PATH, LINK_PATH, SIZE);
    private static final String SPARSE = "GNU.sparse.";

    private final Set<Character> seen = new HashSet<>();
    private final Map<String, String> values = new HashMap<>();

    boolean isEmpty() {
        return seen.isEmpty();
    }

    /** The values that they set: of path, linkpath and size, those that are given. */
    Map<String, String> values() {
        return values;
    }

    /** @throws UnreadableImage if readers of tar may differ about it */
    void add(char type, byte[] content) throws UnreadableImage {
        if (type == GLOBAL) {
            if (!isEmpty() || !records(content).isEmpty()) {
                throw new UnreadableImage("a global extended header in it sets a path or a size, or follows another"
                        + " extended header; build it with another tool");
            }
            return;
        }
        if (!seen.add(type) || seen.size() > 1 && seen.contains(RECORDS)) {
            throw new UnreadableImage(
                    "an entry in it has more than one extended header of a kind; build it with another tool");
        }
        switch (type) {
            case LONG_NAME -> values.put(PATH, text(content));
            case LONG_LINK -> values.put(LINK_PATH, text(content));
            default -> values.putAll(records(content));
        }
    }

    /** Records of the form {@code LENGTH KEY=VALUE\n}; the length counts the whole record. */
    private static Map<String, String> records(byte[] content) throws UnreadableImage {
        var records = new HashMap<String, String>();
        for (var begin = 0; begin < content.length; ) {
            var blank = find(content, ' ', begin, Math.min(content.length, begin + 8));
            var end = begin + Numbers.decimal(latin(content, begin, blank));
            if (end > content.length || end - 1 <= blank || content[(int) end - 1] != '\n') {
                throw malformed();
            }
            var equals = find(content, '=', blank + 1, (int) end - 1);
            var key = latin(content, blank + 1, equals);
            if (key.startsWith(SPARSE)) {
                throw new UnreadableImage("a file in it is sparse; build it with another tool");
            }
            if (KEYS.contains(key)) {
                var value = new String(content, equals + 1, (int) end - 2 - equals, StandardCharsets.UTF_8);
                if (value.isEmpty() || value.indexOf('\0') >= 0 || records.put(key, value) != null) {
                    throw malformed();
                }
            }
            begin = (int) end;
        }
        return records;
    }

    private static int find(byte[] content, char wanted, int from, int to) throws UnreadableImage {
        for (var i = from; i < to; i++) {
            if (content[i] == wanted) {
                return i;
            }
        }
        throw malformed();
    }

    private static String latin(byte[] content, int from, int to) {
        return new String(content, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** The text until the first zero byte; U+FFFD stands for bytes that are not UTF-8. */
    static String text(byte[] field) {
        var end = 0;
        while (end < field.length && field[end] != 0) {
            end++;
        }
        return new String(field, 0, end, StandardCharsets.UTF_8);
    }

    private static UnreadableImage malformed() {
        return new UnreadableImage("an extended header in it is malformed");
    }
}
