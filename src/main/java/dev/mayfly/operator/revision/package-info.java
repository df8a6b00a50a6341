/**
 * Revisions of a template, their history, and the image that each of them runs. Sees the operator packages from
 * {@code cluster} to {@code spec}.
 */
package dev.mayfly.operator.revision;
