/** What the parts of the virtual node share: which replica a mirror Pod shows. Sees {@code core.model} and {@code runtime}. */
package dev.mayfly.node;
