/** The page of {@code make bench}: Mayfly beside others that keep replicas, all measured from outside. */
package dev.mayfly.bench.page;
