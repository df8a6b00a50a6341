package dev.mayfly.cli.leftovers;

import dev.mayfly.cli.Pulled;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.runtime.ImageName;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds images that Mayfly pulled, by the names that it pulled them as. Names that users gave are not listed. */
public final class PulledLeftovers {
    private PulledLeftovers() {}

    public static void find(List<Pulled> pulled, List<StoredImage> images, Consumer<Leftover> found) {
        var there = images.stream().collect(Collectors.toMap(StoredImage::id, Function.identity()));
        for (var one : pulled) {
            var stored = there.get(one.image().id());
            if (stored != null) {
                names(one.image().references(), stored)
                        .map(name -> leftover(name, one, stored))
                        .forEach(found);
            }
        }
    }

    /** A digest is left out if a tag of its repository is listed, because removing the last tag removes it too. */
    private static Stream<String> names(Set<String> ours, StoredImage stored) {
        var there = ours.stream()
                .filter(name -> stored.names().anyMatch(ImageName.full(name)::equals))
                .sorted()
                .toList();
        var tagged = there.stream()
                .filter(name -> !name.contains("@"))
                .map(ImageName::fullRepository)
                .toList();
        return there.stream().filter(name -> !name.contains("@") || !tagged.contains(ImageName.fullRepository(name)));
    }

    private static Leftover leftover(String name, Pulled pulled, StoredImage stored) {
        var users = stored.users();
        var note = users.isEmpty() ? "last used " + pulled.image().usedAt() : "used by " + String.join(", ", users);
        var leftover = Leftover.onEngine("image", name, pulled.cluster(), "pulled by Mayfly, " + note);
        return users.isEmpty() ? leftover : leftover.asKept();
    }
}
