package dev.mayfly.node.kubelet;

import java.time.Duration;

/**
 * Limits for clients.
 *
 * @param connections at once of clients that were let in; others are refused
 * @param strangers connections at once whose clients were not let in yet
 * @param streams of one SPDY connection at once; others are reset
 * @param places of logs, commands, connections for forwarding, and connections that these forward, at once; others are
 *     refused. A namespace has half of them at most.
 * @param head for the TLS handshake and the head of a request, together
 * @param keepAlive for the next request of a connection
 * @param creation for the streams that were announced
 * @param ping interval at which a connection with streams is asked whether its client is still there
 * @param idle for streams without a byte in either direction
 */
record Limits(
        int connections,
        int strangers,
        int streams,
        int places,
        Duration head,
        Duration keepAlive,
        Duration creation,
        Duration ping,
        Duration idle) {

    /** The kubelet's, where it has one. */
    static final Limits DEFAULT = new Limits(
            1000,
            256,
            256,
            440,
            Duration.ofSeconds(10),
            Duration.ofSeconds(90),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofHours(4));

    /** Bytes of a request's first line, and as many of its headers. */
    static final int HEAD_BYTES = 16 * 1024;
}
