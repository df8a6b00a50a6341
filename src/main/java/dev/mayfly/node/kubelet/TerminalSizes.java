package dev.mayfly.node.kubelet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mayfly.runtime.ContainerAccess.ContainerProcess;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.NoSuchElementException;
import org.jboss.logging.Logger;

/** Reads the sizes of a client's terminal, one JSON object after the other, and passes them on. */
final class TerminalSizes {
    private static final Logger LOG = Logger.getLogger(TerminalSizes.class);
    private static final int MOST = 65_535;
    private static final int LONGEST_TEXT = 256;
    private static final int LONGEST_NUMBER = 10;
    private static final int DEEPEST = 4;
    /** Bytes up to the end of the next size, with what the parser reads ahead, which is half as much. */
    private static final int LONGEST_SIZE = 16 * 1024;

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // the client's would all be kept
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNameLength(LONGEST_TEXT)
                            .maxStringLength(LONGEST_TEXT)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .build()
            .readerFor(Size.class);

    private TerminalSizes() {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Size(
            @JsonProperty("Width") int columns,
            @JsonProperty("Height") int rows) {
        private boolean usable() {
            return columns > 0 && columns <= MOST && rows > 0 && rows <= MOST;
        }
    }

    /**
     * Returns at the input's end, or at something that is no size or more than 16 KiB long: then the terminal keeps the
     * last one. There may be any number of sizes.
     */
    static void pass(InputStream from, ContainerProcess to) {
        var bounded = new BoundedInput(from);
        try (var sizes = READER.<Size>readValues(bounded)) {
            while (sizes.hasNextValue()) {
                var size = sizes.nextValue();
                bounded.read = 0;
                if (size.usable()) {
                    to.resize(size.columns(), size.rows());
                }
            }
        } catch (IOException | NoSuchElementException e) {
            LOG.debugf(e, "the terminal keeps its size");
        }
    }

    /** Ends where a size is too long. */
    private static final class BoundedInput extends FilterInputStream {
        /** Bytes since the last size. */
        private int read;

        BoundedInput(InputStream from) {
            super(from);
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (read > LONGEST_SIZE) {
                throw new IOException("a terminal's size has more than " + LONGEST_SIZE + " bytes");
            }
            var count = super.read(to, offset, length);
            read += Math.max(0, count);
            return count;
        }
    }
}
