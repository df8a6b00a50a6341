/**
 * The kubelet's HTTPS API for mirror Pods: TLS and authentication, logs, {@code exec}, {@code attach} and port
 * forwarding by SPDY and WebSocket, metrics. Sees {@code core.model}, {@code fair}, {@code runtime} and {@code node};
 * neither Kubernetes nor an engine.
 */
package dev.mayfly.node.kubelet;
