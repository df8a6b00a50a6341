package dev.mayfly.runtime.docker.audit;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.google.common.collect.Iterables;
import dev.mayfly.core.audit.AuditReport.Finding.Kind;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Globs;
import dev.mayfly.host.FoundWrites;
import dev.mayfly.host.Host;
import dev.mayfly.host.Pace;
import dev.mayfly.host.WritableLayer;
import dev.mayfly.host.WritableLayer.WriteSink;
import dev.mayfly.runtime.docker.audit.AuditedContainer.Known;
import dev.mayfly.runtime.docker.container.ContainerSnapshot;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineJson;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.engine.LayerChanges;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Finds the writes of one container: in the layer itself if this machine has it, which is exact and needs no call to
 * the engine; otherwise through the engine, which misses files without size and changes that keep the size.
 */
final class LayerScans {
    private static final Logger LOG = Logger.getLogger(LayerScans.class);
    private static final WriteSink IGNORE = (path, kind, directory) -> false;
    private static final Kind[] KINDS = {Kind.Changed, Kind.Added, Kind.Deleted};

    private final Supplier<Engine> engine;
    private final Optional<Host> host;
    private final AtomicBoolean warned = new AtomicBoolean();

    LayerScans(Supplier<Engine> engine, Optional<Host> host) {
        this.engine = engine;
        this.host = host;
    }

    /**
     * Audits a container that was started.
     *
     * @param measure true to measure the size of the layer
     * @param last true if the process has ended: then the engine is asked for changes, whether or not the size changed
     * @param pace called again and again
     * @return empty if the container is gone, or the engine can't describe it, or can't tell the last time what it
     *     wrote, or may have removed files of the layer before the last audit, which found none
     */
    Optional<Known> scan(
            AuditedContainer audited, Globs ignored, boolean measure, boolean last, Instant now, Pace pace) {
        var known = find(audited, ignored, measure, last, now, pace);
        return last ? known.filter(found -> found.dirty() || stays(audited)) : known;
    }

    /** False if the engine has begun to remove the container, with one file of its layer after the other. */
    private boolean stays(AuditedContainer audited) {
        try {
            return engine.get()
                    .container(audited.container())
                    .filter(inspected -> !ContainerSnapshot.isBeingRemoved(inspected.getState()))
                    .isPresent();
        } catch (EngineJson.Unreadable | InternalServerErrorException refused) {
            return false;
        }
    }

    private Optional<Known> find(
            AuditedContainer audited, Globs ignored, boolean measure, boolean last, Instant now, Pace pace) {
        if (audited.layers().isEmpty()) {
            describe(audited);
        }
        if (audited.layers().isEmpty()) {
            return Optional.empty();
        }
        var layer = audited.layers().get().layer();
        if (host.isPresent() && layer.isPresent()) {
            var seen = atLayer(audited, host.get(), layer.get(), ignored, measure, now, pace);
            if (seen.isPresent()) {
                return seen;
            }
        }
        var size = last ? OptionalLong.empty() : engine.get().layerSize(audited.container());
        return throughEngine(audited, ignored, size, now);
    }

    /** A container that the engine can't describe must be removable all the same. */
    private void describe(AuditedContainer audited) {
        try {
            var asked = engine.get();
            asked.container(audited.container())
                    .map(ContainerLayers::of)
                    .map(layers -> host.map(machine -> layers.seenBy(machine, asked::containerd))
                            .orElse(layers))
                    .ifPresent(audited::layers);
        } catch (EngineJson.Unreadable | InternalServerErrorException refused) {
            LOG.warnf(
                    "Container %s of %s can't be audited: %s",
                    audited.container(), audited.id().replica(), EngineWords.of(refused));
        }
    }

    private Optional<Known> atLayer(
            AuditedContainer audited,
            Host machine,
            WritableLayer layer,
            Globs ignored,
            boolean measure,
            Instant now,
            Pace pace) {
        var audit = audited.mode() == Mode.Audit;
        var found = new FoundWrites(ignored, audited.known().writes(), now);
        if (audit) {
            engineFiles(audited, machine).forEach(path -> found.found(path, Kind.Changed, false));
        }
        return machine.writes(layer, audit ? found : IGNORE, audited.unchanged(), measure, pace)
                .map(extent -> known(found, Optional.empty(), !extent.complete(), extent.bytes(), now));
    }

    /** Inspects a container once more before its hosts file counts as written: its networks may have changed. */
    private List<String> engineFiles(AuditedContainer audited, Host machine) {
        var changed = audited.engineFiles().changed(machine, audited.layers().orElseThrow());
        var reported =
                audited.known().writes().stream().anyMatch(write -> write.path().equals(EngineFiles.HOSTS));
        if (reported || !changed.contains(EngineFiles.HOSTS)) {
            return changed;
        }
        describe(audited);
        return audited.engineFiles().changed(machine, audited.layers().orElseThrow());
    }

    /** @param size size of the layer as the engine reported it; empty: changes are always listed */
    private Optional<Known> throughEngine(AuditedContainer audited, Globs ignored, OptionalLong size, Instant now) {
        var before = audited.known();
        var layers = audited.layers().orElseThrow();
        var remedy = layers.remedy(host.isPresent());
        var inexact = Optional.of(remedy);
        var unseen = host.isEmpty() || layers.layer().isEmpty(); // otherwise it is being removed
        if (unseen && audited.mode() == Mode.Audit && warned.compareAndSet(false, true)) {
            LOG.warnf("Audits know of writes as far as the engine can compare, which misses some. %s", remedy);
        }
        var asBefore = before.scanned().isPresent() && size.isPresent() && size.getAsLong() == before.bytes();
        if (asBefore || audited.mode() != Mode.Audit) {
            return Optional.of(new Known(
                    Optional.of(now),
                    inexact,
                    false,
                    before.writes(),
                    before.truncated(),
                    before.candidates(),
                    size.orElse(before.bytes())));
        }
        return engine.get().changes(audited.container()).flatMap(changes -> {
            var found = new FoundWrites(ignored, before.writes(), now);
            addTo(changes, found, layers);
            var more = changes.next().isPresent();
            var known = known(found, inexact, more, size.orElse(before.bytes()), now);
            if (more && found.count() == 0) { // the changes that were read are ignored ones, which proves nothing
                return size.isPresent() ? Optional.of(known.unproven()) : Optional.empty();
            }
            return Optional.of(known);
        });
    }

    /** Skips the parent directories of changes and what the engine itself created; the engine lists both. */
    private static void addTo(LayerChanges changes, FoundWrites found, ContainerLayers layers) {
        var parents = new HashSet<String>();
        for (var change :
                Iterables.concat(changes.first(), changes.next().stream().toList())) {
            for (var end = change.getPath().lastIndexOf('/');
                    end > 0 && parents.add(change.getPath().substring(0, end));
                    end = change.getPath().lastIndexOf('/', end - 1)) {
                // the loop's condition collects each parent
            }
        }
        for (var change : changes.first()) {
            var kind = KINDS[change.getKind()];
            var onTheWay = kind != Kind.Deleted && parents.contains(change.getPath());
            var engineMade = kind == Kind.Added && layers.engineMade().contains(change.getPath());
            if (!onTheWay && !engineMade && !found.found(change.getPath(), kind, false)) {
                return;
            }
        }
    }

    private static Known known(FoundWrites found, Optional<String> inexact, boolean more, long bytes, Instant now) {
        return new Known(
                Optional.of(now),
                inexact,
                false,
                found.writes(),
                found.truncated() || more && found.count() > 0,
                found.candidates(),
                bytes);
    }
}
