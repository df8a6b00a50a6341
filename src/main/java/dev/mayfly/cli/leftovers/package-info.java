/** {@code mayfly leftovers}: what carries the marks of Mayfly on engine, machine and cluster. */
package dev.mayfly.cli.leftovers;
