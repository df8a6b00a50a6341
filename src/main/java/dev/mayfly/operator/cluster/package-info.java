/**
 * The caches of resources and how to wake one, the identity of the cluster, owners, and the reason why a spec can't be
 * honored.
 */
package dev.mayfly.operator.cluster;
