package org.cumae.unit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// Byte-pair encoding by score, as SentencePiece and llama.cpp do it: characters, then of all
/// neighbours whose text together is a piece the one with the best score joined, again and again.
final class ScoredSegmenter implements Segmenter {
    private final Map<String, Integer> ids;
    private final String[] textOfId;
    private final int[] rankOfId;
    private final int longest;
    private final int unknown;
    private final int[] byteIds;

    /// @param ids the pieces that are parts of text
    /// @param scores the score of every id
    /// @param unknown the id for characters that no piece covers, -1 for none
    /// @param byteIds the ids of the 256 bytes, which then stand for such characters; or empty
    ScoredSegmenter(Map<String, Integer> ids, float[] scores, int unknown, int[] byteIds) {
        this.ids = ids;
        this.unknown = unknown;
        this.byteIds = byteIds;
        this.textOfId = new String[scores.length];
        Arrays.fill(textOfId, "");
        ids.forEach((text, id) -> textOfId[id] = text);
        this.longest = ids.keySet().stream().mapToInt(String::length).max().orElse(0);
        this.rankOfId = ranks(scores);
    }

    /// Equal scores share a rank: then the leftmost pair is joined first.
    private static int[] ranks(float[] scores) {
        float[] sorted = scores.clone();
        Arrays.sort(sorted);
        int[] ranks = new int[scores.length];
        for (int id = 0; id < ranks.length; id++) {
            ranks[id] = sorted.length - 1 - lastPlace(sorted, scores[id]);
        }
        return ranks;
    }

    private static int lastPlace(float[] sorted, float score) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (sorted[middle] <= score) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    @Override
    public void segment(String text, Ints out) {
        int[] symbols = text.codePoints().map(this::symbol).toArray();
        int count = Joins.join(symbols, symbols.length, this::pair);
        boolean afterUnknown = false;
        for (int i = 0; i < count; i++) {
            int character = symbols[i] - textOfId.length;
            if (character < 0) {
                out.add(symbols[i]);
            } else if (byteIds.length > 0) {
                for (byte octet : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
                    out.add(byteIds[octet & 0xFF]);
                }
            } else if (unknown < 0) {
                throw Segmenter.unknown(character);
            } else if (!afterUnknown) {
                out.add(unknown);
            }
            afterUnknown = character >= 0 && byteIds.length == 0;
        }
    }

    /// The id of a character; beyond the ids, the character itself: it may still become part of a
    /// piece.
    private int symbol(int character) {
        Integer id = ids.get(Character.toString(character));
        return id == null ? textOfId.length + character : id;
    }

    private String text(int symbol) {
        return symbol < textOfId.length
                ? textOfId[symbol]
                : Character.toString(symbol - textOfId.length);
    }

    private long pair(long pair) {
        String left = text((int) (pair >>> 32));
        String right = text((int) pair);
        if (left.length() + right.length() > longest) {
            return Joins.NONE;
        }
        Integer id = ids.get(left + right);
        return id == null ? Joins.NONE : (long) rankOfId[id] << 32 | id;
    }
}
