/** Values that describe images, pulls and credentials. Sees nothing of Mayfly. */
package dev.mayfly.core.image;
