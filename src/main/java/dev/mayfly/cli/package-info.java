/**
 * Options, exit codes and output that the commands of {@code mayfly} share. Sees the packages that read an engine or a
 * cluster: {@code runtime}, {@code runtime.docker}, {@code operator.cluster} and {@code operator.image}.
 */
package dev.mayfly.cli;
