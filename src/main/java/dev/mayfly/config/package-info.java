/** The settings of the operator. Sees nothing of Mayfly. */
package dev.mayfly.config;
