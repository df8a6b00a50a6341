package dev.mayfly.host;

import dev.mayfly.model.AuditReport;
import dev.mayfly.model.Finding.Kind;
import dev.mayfly.model.Globs;
import dev.mayfly.model.SuggestedVolumes;
import dev.mayfly.model.Text;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes what one look finds and keeps a bounded part of it, whatever a replica wrote. What the look before kept is kept
 * again where it is still found, so that lists do not change from look to look.
 */
public final class FoundWrites implements WriteSink {
    /** Enough to tell what a replica does; one that wrote more is looked through no further. */
    private static final int MOST = 10_000;

    private static final int LONGEST_PATH = 256;
    private static final int MOST_DIRECTORIES = 256;

    private final Globs ignored;
    private final Instant now;
    private final Map<Found, Instant> before = new HashMap<>();
    private final Map<Found, Instant> kept = new HashMap<>();
    private final Set<String> candidates = new TreeSet<>();
    private int fresh;
    private int count;
    private boolean more;

    /** @param before what the look before kept */
    public FoundWrites(Globs ignored, List<Write> before, Instant now) {
        this.ignored = ignored;
        this.now = now;
        before.forEach(write -> this.before.put(new Found(write.path(), write.kind()), write.firstSeen()));
    }

    /**
     * One write.
     *
     * @param path as text, at most 256 bytes of UTF-8
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
        keep(new Found(Text.atMostBytes(path, LONGEST_PATH), kind));
        if (candidates.size() < MOST_DIRECTORIES) {
            SuggestedVolumes.candidate(path, kind, directory).ifPresent(candidates::add);
        }
        more = count >= MOST;
        return !more;
    }

    private void keep(Found found) {
        var seen = before.get(found);
        if (seen != null) {
            kept.put(found, seen);
        } else if (fresh < AuditReport.LISTED && kept.putIfAbsent(found, now) == null) {
            fresh++;
        }
    }

    @Override
    public boolean passes(byte[] directory) {
        return ignored.matchAllBelow(PathText.of(directory));
    }

    /** At most {@link AuditReport#LISTED}, first seen first. */
    public List<Write> writes() {
        return kept.entrySet().stream()
                .map(entry -> new Write(entry.getKey().path(), entry.getKey().kind(), entry.getValue()))
                .sorted(Comparator.comparing(Write::firstSeen).thenComparing(Write::path))
                .limit(AuditReport.LISTED)
                .toList();
    }

    /** How many were found, up to the point where looking ended. */
    public int count() {
        return count;
    }

    /** True: there are more than {@link #writes} has. */
    public boolean truncated() {
        return more || count > AuditReport.LISTED;
    }

    /** Directories that would cover them, not folded yet; bounded. */
    public Set<String> candidates() {
        return Set.copyOf(candidates);
    }

    private record Found(String path, Kind kind) {}
}
