package dev.mayfly.runtime;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.OwnerId;

/** A runtime that can report which files replicas wrote outside of volumes and scratch. */
public interface WriteAudit {

    /**
     * Sets the audit policy for the workload's replicas from now on. Idempotent, no I/O: called at every
     * reconciliation.
     */
    void audit(OwnerId owner, AuditPolicy policy);

    /** The current findings. No I/O. */
    AuditReport report(OwnerId owner);

    /** Forgets the findings of a deleted workload. */
    void forget(OwnerId owner);
}
