/**
 * ConfigMaps and Secrets that replicas read, and pull Secrets. Of the operator packages, sees {@code cluster} and
 * {@code event}.
 */
package dev.mayfly.operator.content;
