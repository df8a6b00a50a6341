/**
 * {@code mayfly scan} and {@code mayfly diff}: writes that it finds in the containers of an engine, and the manifest that fits them. Sees
 * {@code cli}, {@code host}, and the write audit of {@code runtime.docker}.
 */
package dev.mayfly.cli.scan;
