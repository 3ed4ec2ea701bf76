package org.cumae.serve;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/// The keys that let clients in. They are kept as hashes, and compared in a time that does not tell
/// how much of one was right.
final class Keys {
    private static final String BEARER = "Bearer ";

    private final List<byte[]> hashes;

    Keys(List<String> keys) {
        this.hashes = keys.stream().map(Keys::hash).toList();
    }

    /// Who asks: a number for each key, or the address where no key is asked for.
    ///
    /// @throws ApiError 401 if it has no key that is known
    String caller(ServerRequest request) {
        if (hashes.isEmpty()) {
            return request.remotePeer().host();
        }
        Optional<String> given =
                request.headers()
                        .first(HeaderNames.AUTHORIZATION)
                        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                        .map(value -> value.substring(BEARER.length()).strip());
        byte[] hash = hash(given.orElse(""));
        int found = -1;
        for (int i = 0; i < hashes.size(); i++) {
            found = MessageDigest.isEqual(hashes.get(i), hash) ? i : found;
        }
        if (given.isEmpty() || found < 0) {
            throw ApiError.noKey();
        }
        return "key " + found;
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
