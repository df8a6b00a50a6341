/** The planner: which launches and removals turn the observed state into the desired state. Sees {@code core.model}. */
package dev.mayfly.core.plan;
