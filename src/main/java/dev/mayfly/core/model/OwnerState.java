package dev.mayfly.core.model;

/**
 * State that is kept for each owner. After the deletion of an owner all implementations are called, in any order and
 * perhaps twice.
 */
public interface OwnerState {

    /** The owner and its replicas are gone. No I/O. */
    void forget(OwnerId owner);
}
