package dev.mayfly.host;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One directory as the lower layers together show it. */
final class Beneath implements AutoCloseable {
    /** Topmost first. */
    private final List<Directory> layers;

    private Beneath(List<Directory> layers) {
        this.layers = layers;
    }

    /** @param lowers roots of the lower layers, topmost first */
    static Beneath of(List<Path> lowers) {
        return new Beneath(
                lowers.stream().map(Directory::at).flatMap(Optional::stream).toList());
    }

    /** Nothing is there. */
    static Beneath nothing() {
        return new Beneath(List.of());
    }

    /** What shows of that name; empty where nothing does. */
    Optional<Entry> look(byte[] name) {
        for (var layer : layers) {
            var inode = layer.look(name);
            if (inode.isPresent()) {
                return inode.filter(i -> !i.isWhiteout()).map(i -> new Entry(layer, i));
            }
        }
        return Optional.empty();
    }

    /** The directory of that name. Layers count down to the first that has something else there, or hides the rest. */
    Beneath directory(byte[] name) {
        var directories = new ArrayList<Directory>();
        for (var layer : layers) {
            var inode = layer.look(name);
            if (inode.isEmpty()) {
                continue;
            }
            var directory = inode.get().isDirectory() ? layer.directory(name) : Optional.<Directory>empty();
            directory.ifPresent(directories::add);
            if (directory.isEmpty() || directory.get().opaque()) {
                break;
            }
        }
        return new Beneath(directories);
    }

    /** Every name that shows, once. */
    void names(Consumer<byte[]> consumer) {
        var seen = new HashSet<String>();
        for (var layer : layers) {
            try (var names = layer.names()) {
                for (var name = names.next(); name != null; name = names.next()) {
                    if (seen.add(new String(name, StandardCharsets.ISO_8859_1))
                            && look(name).isPresent()) {
                        consumer.accept(name);
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        layers.forEach(Directory::close);
    }

    /** What shows, and in which layer it lies. */
    record Entry(Directory in, Inode inode) {}
}
