package dev.mayfly.runtime.scanner;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From a scanner's command to the words that are run; each stays one word, whatever is put into it. */
final class CommandLine {
    private static final Pattern PLACE = Pattern.compile("\\{(image|digest|id|archive)}");

    private CommandLine() {}

    /** True where the scanner reads the image from a file. */
    static boolean wantsArchive(Scanner scanner) {
        return scanner.command().stream().anyMatch(word -> word.contains("{archive}"));
    }

    /** True where nothing can be put into the command for want of a registry's digest. */
    static boolean lacksDigest(Scanner scanner, ScannedImage image) {
        return image.digest().isEmpty() && scanner.command().stream().anyMatch(word -> word.contains("{digest}"));
    }

    /** @param archive where the image is as a file */
    static List<String> words(Scanner scanner, ScannedImage image, String archive) {
        return scanner.command().stream()
                .map(word -> PLACE.matcher(word)
                        .replaceAll(place -> Matcher.quoteReplacement(
                                switch (place.group(1)) {
                                    case "image" -> image.name();
                                    case "digest" -> image.digest().orElse("");
                                    case "id" -> image.id();
                                    default -> archive;
                                })))
                .toList();
    }
}
