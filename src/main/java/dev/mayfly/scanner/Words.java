package dev.mayfly.scanner;

import dev.mayfly.core.model.Text;
import java.util.stream.Collectors;

/** Text that scanners print, made safe to show. */
final class Words {
    private Words() {}

    /** Puts the text on one line, without control and format characters, within this many bytes of UTF-8. */
    static String cut(String text, int bytes) {
        var line = text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        return Text.shortenedToBytes(Text.oneLine(line), bytes);
    }
}
