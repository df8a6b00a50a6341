/** Networks of namespaces on a Docker Engine. Sees the adapter's {@code engine} and {@code container}. */
package dev.mayfly.runtime.docker.network;
