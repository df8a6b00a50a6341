/** Networks of namespaces on a Docker Engine. */
package dev.mayfly.runtime.docker.network;
