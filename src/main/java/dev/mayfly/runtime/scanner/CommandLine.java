package dev.mayfly.runtime.scanner;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Builds a scanner's command line. A word stays one word, whatever value is inserted into it. */
final class CommandLine {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(image|digest|id|archive)}");

    private CommandLine() {}

    /** True if the scanner reads the image from a file. */
    static boolean wantsArchive(Scanner scanner) {
        return scanner.command().stream().anyMatch(word -> word.contains("{archive}"));
    }

    /** True if the command needs the registry's digest and the image has none. */
    static boolean lacksDigest(Scanner scanner, ScannedImage image) {
        return image.digest().isEmpty() && scanner.command().stream().anyMatch(word -> word.contains("{digest}"));
    }

    /** @param archive path of the file that holds the image */
    static List<String> of(Scanner scanner, ScannedImage image, String archive) {
        return scanner.command().stream()
                .map(word -> PLACEHOLDER
                        .matcher(word)
                        .replaceAll(placeholder -> Matcher.quoteReplacement(
                                switch (placeholder.group(1)) {
                                    case "image" -> image.name();
                                    case "digest" -> image.digest().orElse("");
                                    case "id" -> image.id();
                                    default -> archive;
                                })))
                .toList();
    }
}
