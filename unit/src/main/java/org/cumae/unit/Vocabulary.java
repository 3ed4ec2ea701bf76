package org.cumae.unit;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// Tokens and their ids, one to one; ids without a token are allowed.
final class Vocabulary {
    /// More ids than any model has; a number beyond it is a broken file, not a vocabulary.
    static final int MOST = 4_000_000;

    private final Map<String, Integer> ids;
    private final @Nullable String[] tokens;

    private Vocabulary(Map<String, Integer> ids, @Nullable String[] tokens) {
        this.ids = ids;
        this.tokens = tokens;
    }

    /// @throws TokenizerException if an id is out of range or two tokens share one
    static Vocabulary of(Map<String, Integer> ids) {
        if (ids.isEmpty()) {
            throw new TokenizerException("the vocabulary is empty; a tokenizer has tokens");
        }
        int size = 0;
        for (Map.Entry<String, Integer> entry : ids.entrySet()) {
            int id = entry.getValue();
            if (id < 0 || id >= MOST) {
                throw new TokenizerException(
                        "token %s has id %d; ids are 0 to %d",
                        Visible.text(entry.getKey()), id, MOST - 1);
            }
            size = Math.max(size, id + 1);
        }
        @Nullable String[] tokens = new String[size];
        ids.forEach(
                (token, id) -> {
                    String other = tokens[id];
                    if (other != null) {
                        throw new TokenizerException(
                                "tokens %s and %s share id %d; each id has one token",
                                Visible.text(other), Visible.text(token), id);
                    }
                    tokens[id] = token;
                });
        return new Vocabulary(new HashMap<>(ids), tokens);
    }

    int size() {
        return tokens.length;
    }

    /// The id of a token, or -1.
    int id(String token) {
        Integer id = ids.get(token);
        return id == null ? -1 : id;
    }

    boolean has(String token) {
        return ids.containsKey(token);
    }

    /// The token of an id; null where the vocabulary has a hole or has ended.
    @Nullable String token(int id) {
        return id >= 0 && id < tokens.length ? tokens[id] : null;
    }

    /// The id of each of the 256 bytes as `<0x0A>`, or an empty array where one of them is missing.
    int[] byteIds() {
        int[] octets = new int[256];
        for (int octet = 0; octet < octets.length; octet++) {
            octets[octet] = id(BytePieces.piece(octet));
            if (octets[octet] < 0) {
                return new int[0];
            }
        }
        return octets;
    }
}
