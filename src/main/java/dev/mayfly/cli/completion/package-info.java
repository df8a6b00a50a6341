/** {@code mayfly completion}: scripts with which shells complete the command line. Sees {@code cli}. */
package dev.mayfly.cli.completion;
