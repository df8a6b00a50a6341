/** Values that describe images, pulls and credentials. Sees {@code core.model}. */
package dev.mayfly.core.image;
