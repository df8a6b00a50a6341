package dev.mayfly.scenario;

import dev.mayfly.testing.Workloads;

/**
 * One of the stories that every release must survive, with sizes: small ones in {@code make test}, full ones in
 * {@code make soak}.
 */
public interface Scenario {

    /**
     * Runs it with the operator that manages these workloads, in an empty namespace.
     *
     * @return the observations, in one line
     * @throws AssertionError if something happened that must not
     */
    String run(Workloads workloads) throws Exception;
}
