/** {@code mayfly record}. Sees {@code cli} and {@code core.model}. */
package dev.mayfly.cli.deleted;
