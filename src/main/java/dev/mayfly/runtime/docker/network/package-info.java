/** Networks of namespaces on a Docker Engine. Sees the adapter's {@code engine} and {@code container}, and the host's packet filter. */
package dev.mayfly.runtime.docker.network;
