/** Writes manifests as YAML, for the commands that print them: names, volumes and quoting. Sees {@code cli} and the core's texts. */
package dev.mayfly.cli.manifest;
