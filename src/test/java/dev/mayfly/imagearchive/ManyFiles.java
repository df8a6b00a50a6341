package dev.mayfly.imagearchive;

import dev.mayfly.imagearchive.ImageArchive.ArchiveBudget;
import dev.mayfly.imagearchive.ImageArchive.UnreadableImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * A process that reads layers of empty files. Arguments of {@code main}: their mode, then the number of files of each
 * layer.
 */
final class ManyFiles {
    private static final int HEADER = 512;

    private ManyFiles() {}

    public static void main(String[] arguments) throws IOException {
        var budget = new ArchiveBudget();
        var kept = new ArrayList<Layer>();
        try {
            for (var i = 1; i < arguments.length; i++) {
                kept.add(LayerArchive.read(
                        layer(Integer.parseInt(arguments[i]), Integer.parseInt(arguments[0], 8)), budget));
            }
            System.out.println("read " + kept.size());
        } catch (UnreadableImage refused) {
            System.out.println("refused: " + refused.getMessage());
        }
    }

    /** Generates the archive while it is read. */
    private static InputStream layer(int files, int mode) {
        var headers = IntStream.range(0, files).mapToObj(i -> header(i, mode)).iterator();
        return new SequenceInputStream(new Enumeration<InputStream>() {
            @Override
            public boolean hasMoreElements() {
                return headers.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return headers.next();
            }
        });
    }

    private static InputStream header(int number, int mode) {
        var entry = new TarArchiveEntry("f/%05x".formatted(number));
        entry.setMode(0100000 | mode);
        var bytes = new byte[HEADER];
        entry.writeEntryHeader(bytes);
        return new ByteArrayInputStream(bytes);
    }
}
