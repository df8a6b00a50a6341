package dev.mayfly.host;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.audit.AuditReport.Finding.Kind;
import dev.mayfly.core.audit.SuggestedVolumes;
import dev.mayfly.core.model.Globs;
import dev.mayfly.core.model.Text;
import dev.mayfly.host.WritableLayer.WriteSink;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Collects the writes that one scan finds, within a bound that does not depend on the replica. Writes that the previous
 * scan kept and that are found again are kept, so that the list is stable from scan to scan.
 */
public final class FoundWrites implements WriteSink {
    /** A scan ends after this many writes: they suffice to show what a replica does. */
    private static final int MAX_WRITES = 10_000;

    private static final int MAX_PATH_BYTES = 256;
    private static final int MAX_DIRECTORIES = 256;

    private final Globs.Walk ignored;
    private final Instant now;
    private final Map<Found, Instant> previous = new HashMap<>();
    private final Map<Found, Instant> kept = new HashMap<>();
    private final Set<String> candidates = new TreeSet<>();
    private int added;
    private int count;
    private boolean more;

    /** @param previous the writes that the previous scan kept */
    public FoundWrites(Globs ignored, List<Write> previous, Instant now) {
        this.ignored = new Globs.Walk(ignored);
        this.now = now;
        previous.forEach(write -> this.previous.put(new Found(write.path(), write.kind()), write.firstSeen()));
    }

    /**
     * One write.
     *
     * @param path as text, at most 256 bytes of UTF-8
     * @param firstSeen time of the first scan that found it
     */
    public record Write(String path, Kind kind, Instant firstSeen) {}

    @Override
    public boolean found(byte[] path, Kind kind, boolean directory) {
        return found(PathText.of(path), kind, directory);
    }

    /** @param path absolute, as text */
    public boolean found(String path, Kind kind, boolean directory) {
        if (ignored.match(path)) {
            return true;
        }
        count++;
        keep(new Found(Text.atMostBytes(path, MAX_PATH_BYTES), kind));
        if (candidates.size() < MAX_DIRECTORIES) {
            SuggestedVolumes.candidate(path, kind, directory).ifPresent(candidates::add);
        }
        more = count >= MAX_WRITES;
        return !more;
    }

    private void keep(Found found) {
        var seen = previous.get(found);
        if (seen != null) {
            kept.put(found, seen);
        } else if (added < AuditReport.LISTED && kept.putIfAbsent(found, now) == null) {
            added++;
        }
    }

    @Override
    public boolean skips(byte[] directory) {
        return ignored.matchAllBelow(PathText.of(directory));
    }

    /** At most {@link AuditReport#LISTED} writes, ordered by the time they were first seen. */
    public List<Write> writes() {
        return kept.entrySet().stream()
                .map(entry -> new Write(entry.getKey().path(), entry.getKey().kind(), entry.getValue()))
                .sorted(Comparator.comparing(Write::firstSeen).thenComparing(Write::path))
                .limit(AuditReport.LISTED)
                .toList();
    }

    /** Number of writes found previous the scan ended. */
    public int count() {
        return count;
    }

    /** True if more writes exist than {@link #writes} returns. */
    public boolean truncated() {
        return more || count > AuditReport.LISTED;
    }

    /** Directories that would cover the writes, not yet folded into each other. Bounded. */
    public Set<String> candidates() {
        return Set.copyOf(candidates);
    }

    private record Found(String path, Kind kind) {}

    /**
     * Turns a path into text. Linux names are bytes: those that are not UTF-8, and harmful characters, become
     * {@code \xNN}.
     */
    static final class PathText {
        private static final String REPLACEMENT = "\uFFFD";

        private PathText() {}

        static String of(byte[] path) {
            var decoder = StandardCharsets.UTF_8.newDecoder();
            var in = ByteBuffer.wrap(path);
            var out = CharBuffer.allocate(path.length);
            var text = new StringBuilder(path.length);
            while (true) {
                var result = decoder.decode(in, out, true);
                text.append(escaped(out.flip()));
                out.clear();
                if (!result.isError()) {
                    return text.toString();
                }
                for (var i = 0; i < result.length(); i++) {
                    text.append("\\x%02x".formatted(in.get() & 0xFF));
                }
            }
        }

        /** A replacement character, too: it could stand for other bytes. */
        private static String escaped(CharBuffer text) {
            return Text.escaped(text.toString()).replace(REPLACEMENT, "\\xef\\xbf\\xbd");
        }
    }
}
