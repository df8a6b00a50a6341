/** {@code mayfly bundle}. Sees {@code cli}, {@code core.model} and {@code runtime}. */
package dev.mayfly.cli.bundle;
