package dev.mayfly.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One directory as the merged lower layers of an overlay show it. */
final class LowerLayers implements AutoCloseable {
    /** From the topmost to the lowest. */
    private final List<Directory> layers;

    private LowerLayers(List<Directory> layers) {
        this.layers = layers;
    }

    /** @param lowers root directories of the lower layers, topmost first */
    static LowerLayers of(List<Path> lowers) {
        return new LowerLayers(
                lowers.stream().map(Directory::at).flatMap(Optional::stream).toList());
    }

    /** A directory without entries. */
    static LowerLayers empty() {
        return new LowerLayers(List.of());
    }

    /** The visible entry of that name; empty if there is none. */
    Optional<Entry> lookUp(byte[] name) {
        for (var layer : layers) {
            var inode = layer.lookUp(name);
            if (inode.isPresent()) {
                return inode.filter(i -> !i.isWhiteout()).map(i -> new Entry(layer, i));
            }
        }
        return Optional.empty();
    }

    /** The merged directory of that name. Layers below a file, a whiteout or an opaque directory are left out. */
    LowerLayers directory(byte[] name) {
        var directories = new ArrayList<Directory>();
        for (var layer : layers) {
            var inode = layer.lookUp(name);
            if (inode.isEmpty()) {
                continue;
            }
            var directory = inode.get().isDirectory() ? layer.directory(name) : Optional.<Directory>empty();
            directory.ifPresent(directories::add);
            if (directory.isEmpty() || directory.get().opaque()) {
                break;
            }
        }
        return new LowerLayers(directories);
    }

    /**
     * Passes each visible name to the consumer, once: from the topmost layer that has it. Keeps no names, since an image may have
     * any number of them.
     *
     * @param pace called for each name that is read, visible or not
     */
    void forEachName(Pace pace, Consumer<byte[]> consumer) {
        for (var layer : layers) {
            try (var names = layer.names()) {
                for (var name = names.next(); name != null; name = names.next()) {
                    pace.pause();
                    if (lookUp(name).filter(entry -> entry.in() == layer).isPresent()) {
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

    /** A visible entry and the directory of the layer that holds it. */
    record Entry(Directory in, Inode inode) {}
}
