/**
 * The connection to one Docker Engine, its calls, and its messages. Sees what every package of the adapter sees: {@code
 * runtime}, {@code runtime.support} and the values of {@code core}.
 */
package dev.mayfly.runtime.docker.engine;
