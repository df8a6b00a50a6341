/**
 * {@code mayfly convert}: the manifests that fit a Deployment, a Compose file or a {@code docker run} command, and what
 * they leave out. Knows neither an engine nor a cluster; sees {@code cli}, {@code cli.manifest} and the core's texts.
 */
package dev.mayfly.cli.convert;
