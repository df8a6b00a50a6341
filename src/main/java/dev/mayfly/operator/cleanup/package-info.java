/**
 * Removes what deleted resources leave: orphans, shared networks and volumes, expired tasks; writes the deletion
 * record. Of the operator packages, sees all but {@code loop}.
 */
package dev.mayfly.operator.cleanup;
