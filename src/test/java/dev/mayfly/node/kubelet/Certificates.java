package dev.mayfly.node.kubelet;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority, and certificates that it signs. */
public final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration LIFE = Duration.ofHours(1);

    private final KeyPair key = key();
    private final X500Name name;
    private final X509Certificate certificate;

    public Certificates(String name) throws Exception {
        this.name = new X500Name("CN=" + name);
        certificate = sign(this.name, key, Optional.empty());
    }

    /** A certificate with its key. */
    public record Pair(KeyPair key, X509Certificate certificate) {}

    public X509Certificate authority() {
        return certificate;
    }

    /** Of the loopback address. */
    public Pair issue(String subject) throws Exception {
        return issue(subject, LOOPBACK);
    }

    /** @param address IP address of its server */
    public Pair issue(String subject, String address) throws Exception {
        var own = key();
        var names = new GeneralNames(new GeneralName(GeneralName.iPAddress, address));
        return new Pair(own, sign(new X500Name(subject), own, Optional.of(names)));
    }

    Identity server(List<X509Certificate> clientCas) throws Exception {
        var pair = issue("CN=system:node:here,O=system:nodes");
        return new Identity(pair.key().getPrivate(), List.of(pair.certificate()), clientCas);
    }

    /** Of a client or a server, which trusts whom this authority does. @param own shown to the other side; null: none */
    public SSLContext context(Pair own) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificate);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        var stored = KeyStore.getInstance("PKCS12");
        stored.load(null, null);
        if (own != null) {
            stored.setKeyEntry("own", own.key().getPrivate(), PASSWORD, new X509Certificate[] {own.certificate()});
        }
        keys.init(stored, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyPair key() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param names of its owner; empty: it is an authority */
    private X509Certificate sign(X500Name subject, KeyPair of, Optional<GeneralNames> names) throws Exception {
        var builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(64, new SecureRandom()),
                Date.from(Instant.now().minus(LIFE)),
                Date.from(Instant.now().plus(LIFE)),
                subject,
                of.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(names.isEmpty()));
        if (names.isPresent()) {
            builder.addExtension(Extension.subjectAlternativeName, false, names.get());
        }
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }
}
