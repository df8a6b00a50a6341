/**
 * The virtual node in the cluster: its Node object and Lease, the certificate that it serves, whom it trusts, and the
 * life of all that. Sees {@code runtime}, {@code node} and {@code node.kubelet}.
 */
package dev.mayfly.node.registration;
