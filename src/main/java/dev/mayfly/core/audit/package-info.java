/** Findings of the write audit, and the volumes that they suggest. Sees {@code core.model}. */
package dev.mayfly.core.audit;
