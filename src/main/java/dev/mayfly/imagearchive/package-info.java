/** Reads the archive of an image as it streams by: setuid files, secrets. Sees nothing of Mayfly. */
package dev.mayfly.imagearchive;
