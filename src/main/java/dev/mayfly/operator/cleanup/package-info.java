/**
 * Removes what deleted resources leave: orphans, shared networks and volumes, expired tasks; writes the deletion
 * record. Sees the operator packages from {@code cluster} to {@code image}.
 */
package dev.mayfly.operator.cleanup;
