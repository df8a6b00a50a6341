package dev.mayfly.node.registration;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A serving certificate of a node, with its key.
 *
 * @param chain the certificate, then those that signed it; at least one
 */
record ServingCertificate(PrivateKey key, List<X509Certificate> chain) {
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final Duration SELF_MADE_LIFE = Duration.ofDays(90);
    /** Clocks of others may be behind. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    ServingCertificate {
        chain = List.copyOf(chain);
    }

    /** A new key of the curve P-256. */
    static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has this curve", e);
        }
    }

    /** As the cluster's signer {@code kubernetes.io/kubelet-serving} demands it. */
    private static X500Name subject(String node) {
        return new X500Name("O=system:nodes,CN=system:node:" + node);
    }

    private static GeneralNames names(InetAddress address) {
        return new GeneralNames(new GeneralName(GeneralName.iPAddress, NodeAddress.text(address)));
    }

    /** A certificate signing request in PEM. */
    static String request(String node, InetAddress address, KeyPair keys) {
        try {
            var extensions = new ExtensionsGenerator();
            extensions.addExtension(Extension.subjectAlternativeName, false, names(address));
            var request = new JcaPKCS10CertificationRequestBuilder(subject(node), keys.getPublic())
                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                    .build(signer(keys));
            var text = new StringWriter();
            try (var pem = new JcaPEMWriter(text)) {
                pem.writeObject(request);
            }
            return text.toString();
        } catch (IOException e) {
            throw new IllegalStateException("Nothing but memory is written to", e);
        }
    }

    /** A certificate of a node that its own key signed. It is valid for 90 days. */
    static ServingCertificate selfMade(String node, InetAddress address, Instant now) {
        return selfMade(subject(node), address, now);
    }

    /** The same for a server that is no node. */
    static ServingCertificate selfMade(X500Name subject, InetAddress address, Instant now) {
        var keys = newKeys();
        try {
            var holder = new JcaX509v3CertificateBuilder(
                            subject,
                            BigInteger.valueOf(now.toEpochMilli()),
                            Date.from(now.minus(SKEW)),
                            Date.from(now.plus(SELF_MADE_LIFE)),
                            subject,
                            keys.getPublic())
                    .addExtension(Extension.subjectAlternativeName, false, names(address))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .build(signer(keys));
            var certificate = new JcaX509CertificateConverter().getCertificate(holder);
            return new ServingCertificate(keys.getPrivate(), List.of(certificate));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("A certificate of a new key could not be made", e);
        }
    }

    private static ContentSigner signer(KeyPair keys) {
        try {
            return new JcaContentSignerBuilder(SIGNATURE).build(keys.getPrivate());
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("Every Java platform has " + SIGNATURE, e);
        }
    }

    /**
     * The certificates of a PEM text, in its order.
     *
     * @throws GeneralSecurityException if there is none, or one can't be read
     */
    static List<X509Certificate> parse(String pem) throws GeneralSecurityException {
        var read = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        if (read.isEmpty()) {
            throw new GeneralSecurityException("no certificate in it");
        }
        return read.stream().map(X509Certificate.class::cast).toList();
    }

    /** When it is to be replaced: after two thirds of its life. */
    Instant renewal() {
        var begin = chain.getFirst().getNotBefore().toInstant();
        return begin.plus(Duration.between(begin, end()).multipliedBy(2).dividedBy(3));
    }

    Instant end() {
        return chain.getFirst().getNotAfter().toInstant();
    }
}
