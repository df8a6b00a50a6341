/**
 * Reads a resource and its content as {@code Desired}. Sees the operator packages from {@code cluster} to {@code
 * content}.
 */
package dev.mayfly.operator.spec;
