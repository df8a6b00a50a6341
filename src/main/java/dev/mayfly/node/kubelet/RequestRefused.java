package dev.mayfly.node.kubelet;

import io.netty.handler.codec.http.HttpResponseStatus;

/** A request that gets a status and a sentence in place of what it asked for. */
final class RequestRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient HttpResponseStatus status;

    RequestRefused(HttpResponseStatus status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
    }

    static RequestRefused bad(String sentence) {
        return new RequestRefused(HttpResponseStatus.BAD_REQUEST, sentence);
    }

    static RequestRefused notFound(String sentence) {
        return new RequestRefused(HttpResponseStatus.NOT_FOUND, sentence);
    }

    HttpResponseStatus status() {
        return status;
    }
}
