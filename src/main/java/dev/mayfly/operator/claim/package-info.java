/** PersistentVolumeClaims that replicas mount. Sees the operator packages from {@code cluster} to {@code spec}. */
package dev.mayfly.operator.claim;
