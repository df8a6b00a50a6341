/** Whether a workload is at zero because nobody uses it. */
package dev.mayfly.core.idle;
