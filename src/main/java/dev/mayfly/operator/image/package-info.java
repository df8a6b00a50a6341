/**
 * Image policies, pre-pulls, image garbage collection, and the record of pulled images. Sees the operator packages
 * from {@code cluster} to {@code revision}.
 */
package dev.mayfly.operator.image;
