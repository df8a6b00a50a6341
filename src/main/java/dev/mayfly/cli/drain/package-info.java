/** {@code mayfly drain}, the end of an installation. Sees {@code cli}, the kinds and whose virtual node is whose. */
package dev.mayfly.cli.drain;
