package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import java.util.ArrayList;
import java.util.List;

/** Splits a command line into words as a shell does, with quotes and backslashes. Nothing in it is replaced or run. */
final class ShellWords {
    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean begun;
    private int at;

    private ShellWords(String line) {
        this.line = line;
    }

    /** @throws Refusal if a quote is not closed */
    static List<String> of(String line) {
        var words = new ShellWords(line);
        while (words.at < line.length()) {
            words.read(line.charAt(words.at++));
        }
        words.end();
        return List.copyOf(words.words);
    }

    private void read(char next) {
        switch (next) {
            case ' ', '\t', '\n', '\r' -> end();
            case '\'', '"' -> quoted(next);
            case '\\' -> escaped();
            default -> add(next);
        }
    }

    private void escaped() {
        if (at < line.length() && line.charAt(at) != '\n') {
            add(line.charAt(at));
        }
        at++; // a backslash before a line's end joins the lines
    }

    private void quoted(char quote) {
        begun = true;
        for (; at < line.length() && line.charAt(at) != quote; at++) {
            if (quote == '"' && line.charAt(at) == '\\' && at + 1 < line.length() && isEscapable(line.charAt(at + 1))) {
                at++;
            }
            word.append(line.charAt(at));
        }
        if (at++ >= line.length()) {
            throw new Refusal("A " + quote + " is not closed in the command: close it");
        }
    }

    private static boolean isEscapable(char c) {
        return c == '"' || c == '\\' || c == '$' || c == '`';
    }

    private void add(char c) {
        begun = true;
        word.append(c);
    }

    private void end() {
        if (begun) {
            words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
    }
}
