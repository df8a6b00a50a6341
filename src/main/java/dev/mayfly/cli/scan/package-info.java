/** {@code mayfly scan}: what the containers of an engine wrote, and the manifest that fits them. */
package dev.mayfly.cli.scan;
