/** What the commands of {@code mayfly} share: options, exit codes, output. Sees what reads an engine or a cluster. */
package dev.mayfly.cli;
