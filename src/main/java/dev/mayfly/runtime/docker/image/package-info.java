/** Images on a Docker Engine: pulls, access, inspection, removal. */
package dev.mayfly.runtime.docker.image;
