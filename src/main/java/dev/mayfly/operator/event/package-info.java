/** Kubernetes Events on the resources, and their aggregation. Sees {@code operator.cluster}. */
package dev.mayfly.operator.event;
