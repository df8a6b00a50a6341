/**
 * ConfigMaps and Secrets that replicas read, and pull Secrets. Sees {@code operator.cluster} and {@code
 * operator.event}.
 */
package dev.mayfly.operator.content;
