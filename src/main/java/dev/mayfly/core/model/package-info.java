/**
 * Values that decisions are made of: the desired state, the observed state, the requests to a runtime. Sees nothing of
 * Mayfly.
 */
package dev.mayfly.core.model;
