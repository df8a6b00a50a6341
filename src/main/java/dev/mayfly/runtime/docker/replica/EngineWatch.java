package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineSettings.Connection;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Keeps the connection to the engine: pings it, follows its events, and periodically lists all containers. */
public final class EngineWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EngineWatch.class);

    private final EngineConnector connector;
    private final Connection settings;
    private final ReplicaIndex index;
    private final OutsideReports outside;
    private final InstantSource clock;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("engine-watch").factory());
    private final ScheduledExecutorService pings = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("engine-ping").factory());
    private final FairExecutor inspections = new FairExecutor("engine-inspect", 8);
    private final Set<String> queued = ConcurrentHashMap.newKeySet();

    private volatile Engine engine;
    private volatile RuntimeUnavailable trouble;
    private volatile Sync sync;
    private volatile Closeable events;
    private volatile Instant lastSync = Instant.EPOCH;
    /** An inspection failed, maybe after the container's line was written to a list that is still being read. */
    private volatile boolean listWanted;

    public EngineWatch(
            EngineConnector connector,
            Connection settings,
            ReplicaIndex index,
            OutsideReports outside,
            InstantSource clock) {
        this.connector = connector;
        this.settings = settings;
        this.index = index;
        this.outside = outside;
        this.clock = clock;
        this.trouble = unavailable("was not contacted yet", null);
    }

    /** Synchronizes before it returns, so that the index is correct from then on. */
    public void start(Sync with) {
        sync = with;
        connectOrSync();
        var interval = settings.pingInterval().toMillis();
        loop.scheduleWithFixedDelay(this::connectOrSync, interval, interval, TimeUnit.MILLISECONDS);
        pings.scheduleWithFixedDelay(this::ping, interval, interval, TimeUnit.MILLISECONDS);
    }

    /** @throws RuntimeUnavailable if the index does not reflect the engine at present */
    public void requireConnected() {
        var reason = trouble;
        if (reason != null) {
            throw new RuntimeUnavailable(reason.getMessage(), reason.getCause());
        }
    }

    /** The connected engine. @throws RuntimeUnavailable if there is none */
    public Engine engine() {
        var connected = engine;
        if (connected == null) {
            requireConnected();
            throw unavailable("is being connected to", null);
        }
        return connected;
    }

    /** CPUs and memory of the engine's machine. @throws RuntimeUnavailable as {@link #requireConnected} */
    public Requests total() {
        requireConnected();
        return engine().total();
    }

    /** True if an engine is connected, even if its containers are not all known yet. */
    public boolean connected() {
        return engine != null;
    }

    private void connectOrSync() {
        var mine = engine;
        try {
            if (mine == null) {
                mine = connector.connect();
                connected(mine);
            } else if (listWanted
                    || sync.wanted()
                    || clock.instant().isAfter(lastSync.plus(settings.resyncInterval()))) {
                resync();
            } else {
                sync.verifySome();
            }
        } catch (RuntimeException | Error failed) { // an exception would end the loop
            lost(mine, failed);
        }
    }

    /**
     * Runs on a thread of its own: a synchronization that waits for a silent engine must not delay noticing the
     * silence.
     */
    private void ping() {
        var mine = engine;
        try {
            if (mine != null) {
                mine.ping();
            }
        } catch (RuntimeException | Error failed) { // an exception would end the loop
            lost(mine, failed);
        }
    }

    private void connected(Engine fresh) {
        engine = fresh;
        sync.connected();
        var hints = new Hints(fresh);
        events = fresh.events(hints);
        awaitBegin(hints); // before the list, so that no event is missed between the two
        resync();
        sync.awaitHealth(); // otherwise every restart of the operator would show replicas as not ready
        synchronized (this) {
            if (engine != fresh) {
                return; // disconnected again meanwhile
            }
            trouble = null;
        }
        LOG.infof("Connected to the engine at %s", connector.address());
        index.notifyWatchers(OwnerId.EVERY);
    }

    /** docker-java sends the request on a thread of its own. A proxy may hold the answer back until the first event. */
    private void awaitBegin(Hints hints) {
        try {
            if (!hints.awaitStarted(settings.pingTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("What happens before the engine's first event is seen with the next full list");
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        }
    }

    private void resync() {
        listWanted = false;
        sync.syncAll();
        lastSync = clock.instant();
    }

    /** @param which the connection that failed; null if there was none. Ignored if it was already abandoned */
    private synchronized void lost(Engine which, Throwable cause) {
        if (engine != which) {
            return;
        }
        var first = trouble == null;
        trouble = unavailable("does not answer: " + EngineWords.of(cause), cause);
        engine = null;
        close(events);
        close(which);
        events = null;
        if (first) {
            LOG.warn(trouble.getMessage());
            index.notifyWatchers(OwnerId.EVERY);
        }
    }

    private RuntimeUnavailable unavailable(String what, Throwable cause) {
        return new RuntimeUnavailable(
                "The Docker Engine at " + connector.address() + " " + what
                        + ". Nothing is changed until it is back. Check that it runs: docker info",
                cause);
    }

    /** Schedules an inspection of the container. */
    public void hint(String container) {
        if (queued.add(container)) {
            inspections.execute(owner(container), () -> {
                queued.remove(container);
                try {
                    sync.syncOne(container);
                } catch (RuntimeException failed) {
                    LOG.debugf(
                            "The inspection of container %s failed and is repeated with the next full list: %s",
                            container, failed);
                    listWanted = true;
                }
            });
        }
    }

    /** Containers that are not known yet are one owner's: there are few, unless they are another cluster's. */
    private OwnerId owner(String container) {
        return index.replica(container).map(ReplicaId::owner).orElse(OwnerId.EVERY);
    }

    private static void close(Closeable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (IOException alreadyBroken) {
            LOG.debug("Closing a broken connection", alreadyBroken);
        }
    }

    @Override
    public void close() {
        loop.shutdownNow();
        pings.shutdownNow();
        inspections.close();
        var last = engine;
        engine = null; // the end of its event stream is then ignored
        close(events);
        close(last);
    }

    /** Receives engine events, most of which only trigger an inspection of the container. */
    private final class Hints extends ResultCallback.Adapter<Event> {
        private final Engine from;

        Hints(Engine from) {
            this.from = from;
        }

        @Override
        public void onNext(Event event) {
            ReportedEvent.of(event).ifPresent(reported -> {
                sync.onEvent(reported);
                outside.report(reported);
                if (reported.reportsChange() && !sync.expected(reported)) {
                    hint(reported.container());
                }
            });
        }

        @Override
        public void onError(Throwable broken) {
            over();
        }

        @Override
        public void onComplete() {
            super.onComplete();
            over();
        }

        private void over() {
            if (engine == from) {
                loop.execute(() -> {
                    if (engine == from) {
                        lost(from, new IllegalStateException("its event stream ended"));
                        connectOrSync();
                    }
                });
            }
        }
    }
}
