/** {@code mayfly run}. Sees {@code cli}, {@code cli.manifest} and the API types. */
package dev.mayfly.cli.run;
