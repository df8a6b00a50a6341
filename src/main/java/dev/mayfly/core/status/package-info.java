/**
 * Status and conditions of a resource, computed from what is desired and observed. Sees the rest of {@code core} and
 * the API types.
 */
package dev.mayfly.core.status;
