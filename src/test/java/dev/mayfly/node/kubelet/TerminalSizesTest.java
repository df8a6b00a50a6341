package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.ContainerAccess.ContainerProcess;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Bounds of the memory that a client takes by sending sizes without an end. */
class TerminalSizesTest {
    private static final long MIB = 1024 * 1024;
    /** As long as a name may be. */
    private static final String NAME = "%0250d";

    private final Sizes sizes = new Sizes();

    /** A process that notes its terminal's sizes. */
    private static final class Sizes implements ContainerProcess {
        private final List<String> seen = new ArrayList<>();

        @Override
        public boolean tty() {
            return true;
        }

        @Override
        public void copyOutput(OutputStream stdout, OutputStream stderr) {}

        @Override
        public void write(byte[] bytes, int offset, int length) {}

        @Override
        public void closeInput() {}

        @Override
        public void resize(int columns, int rows) {
            seen.add(columns + "x" + rows);
        }

        @Override
        public int exitCode() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /** One part after the other, as a client sends them. */
    private static final class Parts extends InputStream {
        private final IntFunction<String> parts;
        private final int count;
        private int next;
        private byte[] part = {};
        private int taken;
        private long read;
        private long heldAtTheEnd;

        Parts(int count, IntFunction<String> parts) {
            this.count = count;
            this.parts = parts;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("one by one");
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (taken == part.length) {
                if (next == count) {
                    heldAtTheEnd = held();
                    return -1;
                }
                part = parts.apply(next++).getBytes(StandardCharsets.US_ASCII);
                taken = 0;
            }
            var some = Math.min(length, part.length - taken);
            System.arraycopy(part, taken, to, offset, some);
            taken += some;
            read += some;
            return some;
        }
    }

    private static long held() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void anObjectWithoutAnEndIsNotReadToIt() {
        var endless = new Parts(20_000, i -> (i == 0 ? "{" : ",") + "\"" + NAME.formatted(i) + "\":0");

        TerminalSizes.pass(endless, sizes);

        assertThat(endless.read).isLessThan(MIB);
        assertThat(sizes.seen).isEmpty();
    }

    @Test
    void spacesWithoutAnEndAreNotReadToIt() {
        var endless = new Parts(20_000, i -> " ".repeat(250));

        TerminalSizes.pass(endless, sizes);

        assertThat(endless.read).isLessThan(MIB);
    }

    @Test
    void aLongSessionHasAnyNumberOfSizes() {
        TerminalSizes.pass(new Parts(50_000, i -> "{\"Width\":80,\"Height\":%d}\n".formatted(i + 1)), sizes);

        assertThat(sizes.seen).hasSize(50_000).endsWith("80x50000");
    }

    @Test
    void namesOfEarlierSizesAreNotHeld() {
        var named = new Parts(40_000, i -> "{\"Width\":80,\"Height\":24,\"" + NAME.formatted(i) + "\":0}");
        var before = held();

        TerminalSizes.pass(named, sizes);

        assertThat(sizes.seen).hasSize(40_000);
        assertThat(named.heldAtTheEnd - before).isLessThan(12 * MIB);
    }

    @Test
    void nothingIsNoSize() {
        TerminalSizes.pass(new Parts(1, i -> "null{\"Width\":80,\"Height\":24}"), sizes);

        assertThat(sizes.seen).isEmpty();
    }
}
