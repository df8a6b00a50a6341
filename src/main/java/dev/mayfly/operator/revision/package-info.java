/**
 * Revisions of a template, their history, and the image that each of them runs. Of the operator packages, sees
 * {@code cluster} to {@code spec}.
 */
package dev.mayfly.operator.revision;
