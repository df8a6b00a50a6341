/**
 * Reads an image's configuration from its registry, without an engine, and the Secrets with logins. Sees
 * {@code core.model}, {@code core.image} and {@code runtime}.
 */
package dev.mayfly.runtime.registry;
