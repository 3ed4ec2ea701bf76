package org.cumae.unit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Cuts a text into the pieces whose scores add up to the most.
///
/// @see <a href="https://arxiv.org/abs/1804.10959">Kudo 2018, section 3.2: the Viterbi path</a>
final class UnigramSegmenter implements Segmenter {
    /// An unknown character scores this much below the worst piece.
    private static final float UNKNOWN_PENALTY = 10;

    private final LongTable steps;
    private final int[] pieceOfNode;
    private final float[] scoreOfNode;
    private final float unknownScore;
    private final int unknown;
    private final int[] byteIds;

    private UnigramSegmenter(Builder builder, int unknown, int[] byteIds) {
        this.steps = builder.steps;
        this.pieceOfNode = Arrays.copyOf(builder.pieces, builder.nodes);
        this.scoreOfNode = Arrays.copyOf(builder.scores, builder.nodes);
        this.unknownScore = builder.lowest - UNKNOWN_PENALTY;
        this.unknown = unknown;
        this.byteIds = byteIds;
    }

    /// Collects pieces into a tree of their letters.
    static final class Builder {
        private final LongTable steps = new LongTable(1 << 12);
        private int[] pieces = new int[1 << 12];
        private float[] scores = new float[1 << 12];
        private int nodes = 1;
        private float lowest = Float.POSITIVE_INFINITY;

        Builder() {
            Arrays.fill(pieces, -1);
        }

        void add(String piece, int id, float score) {
            if (Float.isNaN(score)) {
                throw new TokenizerException(
                        "token %s has a score that is no number", Visible.text(piece));
            }
            if (piece.isEmpty()) {
                return; // stands for nothing, so no text has it
            }
            int node = 0;
            for (int i = 0; i < piece.length(); i++) {
                node = step(node, piece.charAt(i));
            }
            pieces[node] = id;
            scores[node] = score;
            lowest = Math.min(lowest, score);
        }

        private int step(int node, char letter) {
            long key = LongTable.pair(node, letter);
            int next = steps.get(key);
            if (next != LongTable.NONE) {
                return next;
            }
            if (nodes == pieces.length) {
                pieces = Arrays.copyOf(pieces, nodes * 2);
                Arrays.fill(pieces, nodes, pieces.length, -1);
                scores = Arrays.copyOf(scores, nodes * 2);
            }
            steps.putIfAbsent(key, nodes);
            return nodes++;
        }

        /// @param unknown the id for characters that no piece covers, -1 for none
        /// @param byteIds the ids of the 256 bytes, which then stand for such characters; or empty
        UnigramSegmenter build(int unknown, int[] byteIds) {
            return new UnigramSegmenter(this, unknown, byteIds);
        }
    }

    @Override
    public void segment(String text, Ints out) {
        int length = text.length();
        float[] best = new float[length + 1];
        int[] from = new int[length + 1];
        int[] piece = new int[length + 1];
        Arrays.fill(from, -1);
        from[0] = 0;
        for (int at = 0; at < length; at++) {
            if (from[at] >= 0) {
                extend(text, at, best, from, piece);
            }
        }
        emit(text, from, piece, out);
    }

    /// Tries every piece that begins at a place.
    private void extend(String text, int at, float[] best, int[] from, int[] piece) {
        int afterOne = at + Character.charCount(text.codePointAt(at));
        boolean covered = false;
        int node = 0;
        for (int end = at; end < text.length(); ) {
            node = steps.get(LongTable.pair(node, text.charAt(end++)));
            if (node == LongTable.NONE) {
                break;
            }
            if (pieceOfNode[node] >= 0) {
                offer(at, end, scoreOfNode[node], pieceOfNode[node], best, from, piece);
                covered = covered || end == afterOne;
            }
        }
        if (!covered) {
            offer(at, afterOne, unknownScore, -1, best, from, piece);
        }
    }

    private static void offer(
            int at, int end, float score, int id, float[] best, int[] from, int[] piece) {
        float sum = best[at] + score;
        if (from[end] < 0 || sum > best[end]) {
            best[end] = sum;
            from[end] = at;
            piece[end] = id;
        }
    }

    private void emit(String text, int[] from, int[] piece, Ints out) {
        int[] ends = new int[text.length() + 1];
        int count = 0;
        for (int end = text.length(); end > 0; end = from[end]) {
            ends[count++] = end;
        }
        boolean afterUnknown = false;
        while (count > 0) {
            int end = ends[--count];
            int id = piece[end];
            if (id >= 0) {
                out.add(id);
            } else if (byteIds.length > 0) {
                for (byte octet : text.substring(from[end], end).getBytes(StandardCharsets.UTF_8)) {
                    out.add(byteIds[octet & 0xFF]);
                }
            } else if (unknown < 0) {
                throw Segmenter.unknown(text.codePointAt(from[end]));
            } else if (!afterUnknown) {
                out.add(unknown);
            }
            afterUnknown = id < 0 && byteIds.length == 0;
        }
    }
}
