/**
 * The caches of resources and how to wake one, the identity of the cluster, owners, and the reason why a spec can't be
 * honored. Sees what every operator package sees: the API types, {@code core}, {@code config}, {@code host} and
 * {@code runtime}; and {@code fair}.
 */
package dev.mayfly.operator.cluster;
