package dev.mayfly.node.registration;

import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates as a cluster's authority signs them, for 90 days. */
final class SignedCertificates {
    private SignedCertificates() {}

    static X509Certificate signed(String name, Instant time) {
        var keys = ServingCertificate.newKeys();
        try {
            var holder = new JcaX509v3CertificateBuilder(
                            new X500Name("CN=cluster"),
                            BigInteger.ONE,
                            Date.from(time),
                            Date.from(time.plus(Duration.ofDays(90))),
                            new X500Name("CN=" + name),
                            keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
            return new JcaX509CertificateConverter().getCertificate(holder);
        } catch (OperatorCreationException | CertificateException e) {
            throw new IllegalStateException(e);
        }
    }
}
