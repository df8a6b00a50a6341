package dev.mayfly.runtime.docker.volume;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.host.Host;
import dev.mayfly.host.Pace;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Work on the host's disk that takes the longer the more files a replica or a volume has: apart from the calls to the
 * engine, which it would hold up, and in slices, so that one workload's files delay no other's.
 */
public final class HostWork implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HostWork.class);
    /** More at a time would not be faster on one disk. One namespace has two of them. */
    private static final int AT_ONCE = 3;
    /** Work that has begun and has its turns. */
    private static final int BEGUN = 32;
    /** Takes some 20 ms. */
    private static final int FEW = 1000;

    private final FairExecutor removals = new FairExecutor("files", AT_ONCE, BEGUN);
    /** Apart from the removals: a volume may be on a server that does not answer, and nothing interrupts such a walk. */
    private final FairExecutor walks = new FairExecutor("groups", AT_ONCE, BEGUN);

    /**
     * Soon begins to remove files of the operator's own, which every removal of a replica waits for.
     *
     * @param then called once, after it, with what the host refused; not called if the operator stops
     */
    void remove(OwnerId owner, Consumer<Pace> work, Consumer<Optional<Host.Refused>> then) {
        begin(removals, owner, work, then);
    }

    /** Soon begins to walk through volumes; otherwise as {@link #remove}. */
    void walk(OwnerId owner, Consumer<Pace> work, Consumer<Optional<Host.Refused>> then) {
        begin(walks, owner, work, then);
    }

    private static void begin(
            FairExecutor threads, OwnerId owner, Consumer<Pace> work, Consumer<Optional<Host.Refused>> then) {
        try {
            threads.executeInSlices(owner, slices -> then.accept(refusal(() -> work.accept(slices::pause))));
        } catch (RejectedExecutionException closed) {
            LOG.debug("Work on the host's disk is left to the next start, since the operator stops");
        }
    }

    private static Optional<Host.Refused> refusal(Runnable work) {
        try {
            work.run();
            return Optional.empty();
        } catch (CancellationException stopping) {
            throw stopping;
        } catch (Host.Refused refused) {
            return Optional.of(refused);
        } catch (RuntimeException | Error defect) {
            LOG.error("Work on the host's disk failed unexpectedly", defect);
            return Optional.of(new Host.Refused("it failed unexpectedly: " + defect, defect));
        }
    }

    /**
     * The pace of work that a call to the engine waits for, on something with few files.
     *
     * @param what for the message
     * @return refuses to go on after 1000 files
     */
    static Pace few(String what) {
        var left = new int[] {FEW};
        return () -> {
            if (left[0]-- == 0) {
                throw new Host.Refused(what + " has more than " + FEW
                        + " files that were put there a moment ago. It is tried again automatically.");
            }
        };
    }

    @Override
    public void close() {
        removals.close();
        walks.close();
    }
}
