/** The Docker Engine as a runtime: puts the parts of the adapter together. Sees the packages below it. */
package dev.mayfly.runtime.docker;
