package dev.mayfly.runtime.scanner;

import dev.mayfly.model.Text;
import java.util.stream.Collectors;

/** What scanners say, as people may read it. */
final class Words {
    private Words() {}

    /** On one line, without characters that a terminal obeys, at most so many bytes of UTF-8. */
    static String cut(String text, int bytes) {
        var line = text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        return Text.shortenedToBytes(Text.oneLine(line), bytes);
    }
}
