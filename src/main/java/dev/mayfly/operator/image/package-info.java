/**
 * Image policies, pre-pulls, image garbage collection, and the record of pulled images. Of the operator packages, sees
 * {@code cluster} to {@code spec}, and {@code revision}.
 */
package dev.mayfly.operator.image;
