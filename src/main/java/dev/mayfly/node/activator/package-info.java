/** The activator: takes connections in place of workloads that are at zero, and sees whether the others are used. */
package dev.mayfly.node.activator;
