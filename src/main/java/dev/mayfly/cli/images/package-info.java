/** {@code mayfly images} and {@code mayfly rmi}. */
package dev.mayfly.cli.images;
