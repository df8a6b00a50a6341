/**
 * {@code mayfly rollout}: what {@code kubectl rollout} does for a Deployment. Sees {@code cli}, {@code operator.revision} and
 * the API types.
 */
package dev.mayfly.cli.rollout;
