/** Finds what replicas on a Docker Engine wrote outside of volumes. */
package dev.mayfly.runtime.docker.audit;
