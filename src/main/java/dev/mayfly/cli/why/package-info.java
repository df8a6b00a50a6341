/** {@code mayfly why}. Sees {@code cli}, {@code core.status} and the API types. */
package dev.mayfly.cli.why;
