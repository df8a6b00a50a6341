package dev.mayfly.node.kubelet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mayfly.runtime.ContainerAccess.ContainerProcess;
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

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
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

    /** Returns at the input's end, or at something that is no size: then the terminal keeps the last one. */
    static void pass(InputStream from, ContainerProcess to) {
        try (var sizes = READER.<Size>readValues(from)) {
            while (sizes.hasNextValue()) {
                var size = sizes.nextValue();
                if (size.usable()) {
                    to.resize(size.columns(), size.rows());
                }
            }
        } catch (IOException | NoSuchElementException e) {
            LOG.debugf(e, "the terminal keeps its size");
        }
    }
}
