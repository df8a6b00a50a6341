package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicPagesTest {

    @ParameterizedTest
    @CsvSource({
        "10.42.0.7, /q/health/ready,  served",
        "10.42.0.7, /q/health,        served",
        "10.42.0.7, /q/metrics,       403",
        "10.42.0.7, /q/metrics/x,     403",
        "10.42.0.7, /q/healthy,       403",
        "fd00::7,   /q/metrics,       403",
        "127.0.0.1, /q/metrics,       served",
        "::1,       /q/metrics,       served"
    })
    void metricsAreForThisHostAlone(String caller, String path, String answer) {
        var outcome = new AtomicReference<String>();
        var from = SocketAddress.inetSocketAddress(40_000, caller);
        var request = stub(HttpServerRequest.class, Map.of("remoteAddress", from), outcome);
        var response = stub(HttpServerResponse.class, Map.of(), outcome);

        PublicPages.check(stub(
                RoutingContext.class,
                Map.of("normalizedPath", path, "request", request, "response", response),
                outcome));

        assertThat(outcome.get()).isEqualTo(answer);
    }

    /** @param outcome receives the code of the response, or that the page is served */
    private static <T> T stub(Class<T> type, Map<String, Object> answers, AtomicReference<String> outcome) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "setStatusCode" -> {
                        outcome.set(arguments[0].toString());
                        yield proxy;
                    }
                    case "next" -> {
                        outcome.set("served");
                        yield null;
                    }
                    default -> answers.get(method.getName());
                }));
    }
}
