/**
 * Images on a Docker Engine: pulls, access, inspection, removal. Sees {@code host}, {@code imagearchive} and
 * {@code scanner}, and the adapter's {@code engine}, {@code container} and {@code volume}.
 */
package dev.mayfly.runtime.docker.image;
