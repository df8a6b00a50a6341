package dev.mayfly.scenario;

import dev.mayfly.testing.Workloads;

/**
 * One of the stories that every release must survive, with sizes: small ones in {@code make test}, full ones in
 * {@code make soak}.
 */
public interface Scenario {

    /**
     * Tells it with the operator that looks after these workloads, from an empty namespace.
     *
     * @return what there was to see, in one line
     * @throws AssertionError where something happened that may not
     */
    String tell(Workloads workloads) throws Exception;
}
