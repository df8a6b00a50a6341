package dev.mayfly.app;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Serves health alone to callers from elsewhere, where {@code quarkus.http.host} is not the loopback address: the
 * kubelet asks for it. Metrics are served to them by the virtual node's API, which asks the API server.
 */
@Singleton
class PublicPages {
    private static final String HEALTH = "/q/health";
    private static final int FORBIDDEN = 403;
    /** Before all pages. */
    private static final int FIRST = 1000;

    void filter(@Observes Filters filters) {
        filters.register(PublicPages::check, FIRST);
    }

    static void check(RoutingContext call) {
        var path = call.normalizedPath();
        if (path.equals(HEALTH) || path.startsWith(HEALTH + "/") || isLocal(call)) {
            call.next();
        } else {
            call.response().setStatusCode(FORBIDDEN).end();
        }
    }

    private static boolean isLocal(RoutingContext call) {
        try {
            // an address, so no name is resolved
            return InetAddress.getByName(call.request().remoteAddress().hostAddress())
                    .isLoopbackAddress();
        } catch (UnknownHostException none) {
            return false;
        }
    }
}
