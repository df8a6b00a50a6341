package dev.mayfly.cli.images;

import com.google.re2j.Pattern;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.ImageName;
import java.util.List;

/** Names of images as users see and write them. */
final class ImageNames {
    private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]{4,64}");
    private static final Pattern LONG_ID = Pattern.compile("sha256:([0-9a-f]{12})[0-9a-f]*");
    private static final int DIGITS = 12;

    private ImageNames() {}

    /** The tags as {@code docker images} shows them; without any the digests, else the id. */
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

    /** The first 12 digits of the id, as docker shows it. */
    static String id(StoredImage image) {
        var hex = image.id().substring(image.id().indexOf(':') + 1);
        return Text.atMost(hex, DIGITS);
    }

    /** Shortens each id in the text to 12 digits. */
    static String shortened(String text) {
        return LONG_ID.matcher(text).replaceAll("$1");
    }

    /** Whether the argument means the image: by a name, a repository without tag, or a prefix of its id. */
    static boolean means(String argument, StoredImage image) {
        var full = ImageName.full(argument);
        var bare = ImageName.repository(argument).equals(argument);
        return image.names().anyMatch(full::equals)
                || bare && image.repositories().contains(ImageName.fullRepository(argument))
                || begins(argument, image);
    }

    /** Whether the argument is a prefix of the image's id. */
    static boolean begins(String argument, StoredImage image) {
        var hex = argument.substring(argument.indexOf(':') + 1);
        return ID.matcher(argument).matches() && image.id().startsWith("sha256:" + hex);
    }
}
