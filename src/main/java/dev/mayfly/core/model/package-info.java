/**
 * Values that decisions are made of: what is desired, what is observed, what is asked of a runtime. Sees nothing of
 * Mayfly.
 */
package dev.mayfly.core.model;
