/** The reconcilers and one reconciliation: observe, plan, apply, report. Sees all other operator packages. */
package dev.mayfly.operator.loop;
