/**
 * Mirror Pods: each replica that has started is shown as a Pod on the operator's node, and a Pod that is deleted means
 * that its replica is to be replaced. Pods show replicas; none of them decides anything else.
 */
package dev.mayfly.node.mirror;
