package dev.mayfly.core.model;

import dev.mayfly.core.model.Template.Requests;

/**
 * The part of an engine's capacity that replicas take.
 *
 * @param replicas occupied slots, and terminating replicas, with those of the warm pool
 * @param requests sum of what they reserve
 */
public record Usage(long replicas, Requests requests) {
    public static final Usage NONE = new Usage(0, Requests.NONE);

    public static Usage of(Observed observed) {
        return new Usage(containers(observed) + containers(observed.pool()), observed.held());
    }

    private static long containers(Observed observed) {
        return (long) observed.occupied() + observed.count(Phase.TERMINATING);
    }

    public Usage plus(Usage other) {
        return new Usage(replicas + other.replicas, requests.plus(other.requests));
    }

    public Usage minus(Usage other) {
        return new Usage(replicas - other.replicas, requests.minus(other.requests));
    }
}
