/**
 * {@code mayfly leftovers}: resources on the engine, the machine and the cluster that carry Mayfly's labels or names.
 * Sees {@code cli}, {@code runtime}, {@code scanner} and {@code operator.cluster}.
 */
package dev.mayfly.cli.leftovers;
