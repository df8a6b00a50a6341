/** {@code mayfly ps}. Sees {@code cli}, {@code core.model}, {@code runtime} and the API types. */
package dev.mayfly.cli.replicas;
