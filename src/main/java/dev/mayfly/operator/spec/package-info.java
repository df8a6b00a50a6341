/**
 * Reads a resource and its content as {@code Desired}. Of the operator packages, sees {@code cluster} to
 * {@code content}.
 */
package dev.mayfly.operator.spec;
