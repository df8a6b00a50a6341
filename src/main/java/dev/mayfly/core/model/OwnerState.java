package dev.mayfly.core.model;

/** Remembers something of each owner. Whoever deletes an owner tells every one of these, in any order and perhaps twice. */
public interface OwnerState {

    /** The owner and its replicas are gone. Asks nobody. */
    void forget(OwnerId owner);
}
