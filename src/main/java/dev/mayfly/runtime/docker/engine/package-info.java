/** The connection to one Docker Engine, its calls, and its messages. Sees {@code runtime}. */
package dev.mayfly.runtime.docker.engine;
