/** Kubernetes Events on the resources, and their aggregation. Of the operator packages, sees {@code cluster}. */
package dev.mayfly.operator.event;
