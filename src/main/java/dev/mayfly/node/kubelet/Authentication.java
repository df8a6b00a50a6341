package dev.mayfly.node.kubelet;

import dev.mayfly.node.kubelet.Reviews.User;
import io.netty.handler.codec.http.HttpMethod;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.naming.NamingException;
import javax.naming.directory.Attributes;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Who sends a request, and what must be allowed to them: as the kubelet has it. */
final class Authentication {
    private static final String BEARER = "Bearer ";

    private final Reviews reviews;

    Authentication(Reviews reviews) {
        this.reviews = reviews;
    }

    /** A permission: the verb, and one of the subresources of {@code nodes}. */
    record Permission(String verb, List<String> subresources) {}

    /**
     * The user of the client certificate, whose chain TLS has verified; else that of the token. Blocks.
     *
     * @param authorization the header of that name; null if there is none
     */
    Optional<User> user(SSLSession tls, String authorization) {
        var user = certificate(tls).flatMap(Authentication::named);
        if (user.isPresent()) {
            return user;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.empty();
        }
        var token = authorization.substring(BEARER.length()).strip();
        return token.isEmpty() ? Optional.empty() : reviews.token(token);
    }

    /** Empty if the client showed none that is valid now. */
    private static Optional<X509Certificate> certificate(SSLSession tls) {
        try {
            var first = (X509Certificate) tls.getPeerCertificates()[0];
            first.checkValidity(); // a connection may outlive it
            return Optional.of(first);
        } catch (SSLPeerUnverifiedException | CertificateException none) {
            return Optional.empty();
        }
    }

    /** Name and groups of a certificate's subject; empty if it has no common name, or is no LDAP name. */
    private static Optional<User> named(X509Certificate certificate) {
        var name = "";
        var groups = new ArrayList<String>();
        try {
            for (var part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                name = texts(part.toAttributes(), "cn").stream().findFirst().orElse(name);
                groups.addAll(texts(part.toAttributes(), "o"));
            }
        } catch (NamingException malformed) {
            return Optional.empty();
        }
        return name.isEmpty() ? Optional.empty() : Optional.of(new User(name, groups, "", Map.of()));
    }

    private static List<String> texts(Attributes part, String type) throws NamingException {
        var texts = new ArrayList<String>();
        var values = part.get(type);
        for (var i = 0; values != null && i < values.size(); i++) {
            if (values.get(i) instanceof String text) {
                texts.add(text);
            }
        }
        return texts;
    }

    /**
     * The permission that a request needs. Commands and forwarded connections need {@code create}, also with {@code GET}: whoever may
     * only read must not enter a container.
     *
     * @param route the path's first part
     */
    static Permission permission(HttpMethod method, String route) {
        return switch (route) {
            case "exec", "attach", "portForward" -> new Permission("create", List.of("proxy"));
            case "stats" -> new Permission(verb(method), List.of("stats"));
            case "metrics" -> new Permission(verb(method), List.of("metrics"));
            case "logs" -> new Permission(verb(method), List.of("log"));
            case "healthz" -> new Permission(verb(method), List.of("healthz", "proxy"));
            default -> new Permission(verb(method), List.of("proxy"));
        };
    }

    /** Kubernetes' verb for that method. */
    static String verb(HttpMethod method) {
        return switch (method.name()) {
            case "GET", "HEAD" -> "get";
            case "POST" -> "create";
            case "PUT" -> "update";
            default -> method.name().toLowerCase(Locale.ROOT);
        };
    }
}
