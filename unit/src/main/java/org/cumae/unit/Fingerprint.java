package org.cumae.unit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What a vocabulary means, in 64 hexadecimal digits.
final class Fingerprint {
    private Fingerprint() {}

    static String of(Tokenizer tokenizer) {
        MessageDigest digest = sha256();
        for (int id = 0; id < tokenizer.size(); id++) {
            byte[] bytes = tokenizer.bytes(id);
            // The length goes in too, so that no two vocabularies run into the same bytes.
            digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
            digest.update(bytes);
            digest.update((byte) (tokenizer.special().contains(id) ? 1 : 0));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
