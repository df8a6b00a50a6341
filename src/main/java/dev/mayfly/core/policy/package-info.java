/**
 * Image policies: which images may run, and which unused ones are collected. Sees {@code core.model} and {@code
 * core.image}.
 */
package dev.mayfly.core.policy;
