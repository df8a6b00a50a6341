package dev.mayfly.node.registration;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** Requests over HTTPS that accept any certificate of that address, as {@code insecureSkipVerify} does. */
public final class TrustingHttp {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private TrustingHttp() {}

    /** @param token sent as bearer token; empty: none */
    public static HttpResponse<String> get(String url, String token)
            throws IOException, InterruptedException, GeneralSecurityException {
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), new SecureRandom());
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try (var client = HttpClient.newBuilder().sslContext(tls).build()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }
}
