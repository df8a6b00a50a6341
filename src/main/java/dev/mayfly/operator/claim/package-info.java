/** PersistentVolumeClaims that replicas mount. Of the operator packages, sees {@code cluster} to {@code spec}. */
package dev.mayfly.operator.claim;
