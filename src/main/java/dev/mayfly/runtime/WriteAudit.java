package dev.mayfly.runtime;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.OwnerId;

/** A runtime that can tell what replicas wrote outside of volumes and scratch. */
public interface WriteAudit {

    /** From now on the workload's replicas are looked at as this says. Idempotent, no I/O: said at every turn. */
    void audit(OwnerId owner, AuditPolicy policy);

    /** What is known. No I/O. */
    AuditReport report(OwnerId owner);

    /** The workload is gone: what was known of its replicas is forgotten. */
    void forget(OwnerId owner);
}
