package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of a bounded size. */
final class Source {
    /** Of a file to convert, 1 MiB. */
    static final int MAX_BYTES = 1 << 20;

    private Source() {}

    /** @throws Refusal if it can't be read or is larger than {@link #MAX_BYTES} */
    static String file(Path path) {
        if (!Files.isRegularFile(path) && !Files.exists(path)) {
            throw new Refusal("There is no file '" + Printable.of(path.toString()) + "': name another with -f");
        }
        try (var in = Files.newInputStream(path)) {
            return text(in, path.toString(), MAX_BYTES);
        } catch (IOException e) {
            throw new Refusal("'" + Printable.of(path.toString()) + "' can't be read: "
                    + Printable.of(String.valueOf(e.getMessage())));
        }
    }

    /** @throws Refusal if it is larger */
    static String text(InputStream in, String name, int maxBytes) throws IOException {
        var bytes = in.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw new Refusal("'" + Printable.of(name) + "' has more than " + maxBytes + " bytes: convert it in parts");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
