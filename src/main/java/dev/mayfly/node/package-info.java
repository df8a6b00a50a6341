/** Shared by the parts of the virtual node: which replica a mirror Pod shows. Sees {@code core.model} and {@code runtime}. */
package dev.mayfly.node;
