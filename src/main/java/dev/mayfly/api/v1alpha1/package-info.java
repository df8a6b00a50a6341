/** The custom resources as Java types: spec, status and the schema of their CRDs. Sees nothing of Mayfly. */
package dev.mayfly.api.v1alpha1;
