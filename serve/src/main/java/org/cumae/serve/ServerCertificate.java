package org.cumae.serve;

import org.cumae.Check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// By what a server proves its name to clients that speak TLS.
///
/// @param chain the server's certificate, then those that vouch for it
/// @param key the private key of the first one
public record ServerCertificate(List<X509Certificate> chain, PrivateKey key) {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END ");
    private static final int LONGEST = 1 << 20;

    /// Signature algorithms by the algorithm of the key, which is also how each is read.
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    /// Copies, and checks that the two belong together.
    ///
    /// @throws IllegalArgumentException if there is no certificate, or the key is another's
    public ServerCertificate {
        chain = List.copyOf(chain);
        Check.argument(!chain.isEmpty(), "there is no certificate; give at least the server's own");
        Check.argument(
                belong(key, chain.getFirst()),
                "the private key is not that of the certificate for %s; give the two that were made"
                        + " together",
                chain.getFirst().getSubjectX500Principal());
    }

    /// Reads both from PEM files.
    ///
    /// @param certificates one or more, the server's own first
    /// @param key in PKCS#8 (`BEGIN PRIVATE KEY`) and not encrypted
    /// @throws IllegalArgumentException naming the file and what is wrong with it
    public static ServerCertificate read(Path certificates, Path key) {
        return new ServerCertificate(chain(certificates), key(key));
    }

    private static List<X509Certificate> chain(Path file) {
        byte[] bytes = bytes(file);
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new java.io.ByteArrayInputStream(bytes))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            Check.argument(
                    !chain.isEmpty(),
                    "%s holds no certificate; give a PEM file with BEGIN CERTIFICATE",
                    file);
            return chain;
        } catch (CertificateException e) {
            throw new IllegalArgumentException(
                    "%s is no PEM file of certificates: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static PrivateKey key(Path file) {
        Matcher found =
                KEY.matcher(new String(bytes(file), java.nio.charset.StandardCharsets.US_ASCII));
        Check.argument(
                found.find(),
                "%s holds no private key; give a PEM file with BEGIN PRIVATE KEY",
                file);
        String kind = found.group(1).strip();
        Check.argument(
                kind.isEmpty(),
                "%s has a private key in the form '%s'; write it as PKCS#8 without a password:"
                        + " openssl pkcs8 -topk8 -nocrypt -in %s -out key.pem",
                file,
                kind,
                file);
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(found.group(2));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the private key in %s is cut or changed; copy it again".formatted(file), e);
        }
        for (String algorithm : SIGNATURES.keySet()) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                // of another kind
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalArgumentException(
                "%s holds a private key that is neither RSA, EC nor EdDSA, or a damaged one"
                        .formatted(file));
    }

    private static byte[] bytes(Path file) {
        try {
            Check.argument(
                    Files.size(file) <= LONGEST,
                    "%s has %d bytes, too many for a certificate or key; give a PEM file",
                    file,
                    Files.size(file));
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static boolean belong(PrivateKey key, X509Certificate certificate) {
        String algorithm = SIGNATURES.getOrDefault(key.getAlgorithm(), key.getAlgorithm());
        byte[] words = {1, 2, 3};
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(words);
            byte[] signed = signing.sign();
            Signature reading = Signature.getInstance(algorithm);
            reading.initVerify(certificate.getPublicKey());
            reading.update(words);
            return reading.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // of another kind
        }
    }

    /// What the server's sockets speak with.
    SSLContext context() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", key, new char[0], chain.toArray(X509Certificate[]::new));
            KeyManagerFactory managers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Names whom it is for; never the key.
    @Override
    public String toString() {
        return "certificate for " + chain.getFirst().getSubjectX500Principal();
    }
}
