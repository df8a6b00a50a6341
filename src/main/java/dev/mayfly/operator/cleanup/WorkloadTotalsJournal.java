package dev.mayfly.operator.cleanup;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.api.v1alpha1.EphemeralityStatus.FindingStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.plan.Planner.Plan;
import dev.mayfly.host.Journal;
import dev.mayfly.runtime.Images.ImageFacts;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * Keeps each workload's totals, across restarts of the operator if there is a journal. Only a workload's own
 * reconciliation reads and writes its totals, so no lock is held during file access.
 */
@ApplicationScoped
public class WorkloadTotalsJournal implements OwnerState {
    private static final Logger LOG = Logger.getLogger(WorkloadTotalsJournal.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Journal journal;
    private final Map<String, WorkloadTotals> totals = new ConcurrentHashMap<>();

    public WorkloadTotalsJournal(Journal journal) {
        this.journal = journal;
    }

    WorkloadTotals of(OwnerId owner, boolean complete) {
        var known = totals.get(owner.uid());
        if (known != null) {
            return known;
        }
        var loaded = load(owner.uid(), complete); // outside of any lock: this reads a file
        return requireNonNullElse(totals.putIfAbsent(owner.uid(), loaded), loaded);
    }

    public void note(Desired desired, Observed observed, Plan plan, Optional<ImageFacts> running) {
        var image = running.map(facts -> facts.digest().orElse(facts.id())).orElse(null);
        var mode = desired.template().ephemerality().mode().name();
        note(observed, known -> known.being(mode, image).after(observed, plan));
    }

    public void note(Observed observed, Plan plan) {
        note(observed, known -> known.after(observed, plan));
    }

    public void found(OwnerId owner, List<FindingStatus> added) {
        var before = of(owner, false);
        keep(owner, before, before.finding(added));
    }

    @Override
    public void forget(OwnerId owner) {
        close(owner.uid());
    }

    private void close(String uid) {
        totals.remove(uid);
        try {
            journal.delete(uid);
        } catch (IOException e) {
            LOG.debugf("The totals of %s could not be deleted: %s", uid, e.getMessage());
        }
    }

    /**
     * Forgets workloads that vanished without their finalizer.
     *
     * @param existing UIDs of all existing workloads; read after the notes, so that none created in the meantime is
     * forgotten
     */
    void sweep(Supplier<Set<String>> existing) {
        var noted = new HashSet<>(journal.names());
        noted.addAll(totals.keySet());
        noted.removeAll(existing.get());
        noted.forEach(this::close);
    }

    private void note(Observed observed, UnaryOperator<WorkloadTotals> change) {
        var before = of(observed.owner(), observed.isEmpty());
        keep(observed.owner(), before, change.apply(before));
    }

    private void keep(OwnerId owner, WorkloadTotals before, WorkloadTotals now) {
        if (now.equals(before)) {
            return;
        }
        totals.put(owner.uid(), now);
        try {
            journal.note(owner.uid(), JSON.writeValueAsString(now));
        } catch (IOException full) {
            LOG.debugf("The totals of %s are kept in memory only: %s", owner.name(), full.getMessage());
        }
    }

    private WorkloadTotals load(String uid, boolean complete) {
        var text = journal.note(uid);
        try {
            return text.isPresent() ? JSON.readValue(text.get(), WorkloadTotals.class) : WorkloadTotals.begun(complete);
        } catch (JsonProcessingException unreadable) {
            LOG.warnf("The totals %s can't be read and start from zero: %s", uid, unreadable.getOriginalMessage());
            return WorkloadTotals.begun(false);
        }
    }
}
