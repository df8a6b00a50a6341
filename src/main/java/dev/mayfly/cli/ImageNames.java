package dev.mayfly.cli;

import com.google.re2j.Pattern;
import dev.mayfly.model.StoredImage;
import dev.mayfly.model.Text;
import dev.mayfly.runtime.ImageName;
import java.util.List;

/** Names of images, as people see and write them. */
final class ImageNames {
    private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]{4,64}");
    private static final Pattern LONG_ID = Pattern.compile("sha256:([0-9a-f]{12})[0-9a-f]*");
    private static final int DIGITS = 12;

    private ImageNames() {}

    /** As {@code docker images} shows its tags; else its digest; else its id. */
    static List<String> of(StoredImage image) {
        var tags = image.tags().stream().map(ImageName::tagged).toList();
        if (!tags.isEmpty()) {
            return tags;
        }
        return image.digests().isEmpty()
                ? List.of(id(image))
                : image.digests().stream()
                        .map(name -> ImageName.familiar(name) + name.substring(name.indexOf('@')))
                        .toList();
    }

    static String shortest(StoredImage image) {
        return of(image).getFirst();
    }

    /** Its first 12 digits, as docker shows them. */
    static String id(StoredImage image) {
        var hex = image.id().substring(image.id().indexOf(':') + 1);
        return Text.atMost(hex, DIGITS);
    }

    /** With 12 digits of each id in it. */
    static String shortened(String text) {
        return LONG_ID.matcher(text).replaceAll("$1");
    }

    /** Whether a word that somebody wrote means the image: by a name, by a repository without tag, by the beginning of its id. */
    static boolean means(String word, StoredImage image) {
        var full = ImageName.full(word);
        var bare = ImageName.repository(word).equals(word);
        return image.names().anyMatch(full::equals)
                || bare && image.repositories().contains(ImageName.fullRepository(word))
                || begins(word, image);
    }

    /** Whether the word is the beginning of its id. */
    static boolean begins(String word, StoredImage image) {
        var hex = word.substring(word.indexOf(':') + 1);
        return ID.matcher(word).matches() && image.id().startsWith("sha256:" + hex);
    }
}
