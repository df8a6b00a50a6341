/**
 * {@code mayfly images} and {@code mayfly rmi}. Sees {@code cli}, {@code runtime}, {@code operator.image} and the API
 * types.
 */
package dev.mayfly.cli.images;
