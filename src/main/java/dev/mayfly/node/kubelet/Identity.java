package dev.mayfly.node.kubelet;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The server's key and certificates, and the authorities whose client certificates it accepts.
 *
 * @param key of the first certificate of the chain
 * @param chain the server's certificate, then those that signed it; at least one
 * @param clientCas authorities of client certificates; empty: none is accepted, only bearer tokens
 */
public record Identity(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> clientCas) {
    public Identity {
        chain = List.copyOf(chain);
        clientCas = List.copyOf(clientCas);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate for the server");
        }
    }
}
