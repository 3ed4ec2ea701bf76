package org.cumae.unit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// Byte-pair encoding by rank: characters, then the best pair joined, again and again.
///
/// @see <a href="https://arxiv.org/abs/1508.07909">Sennrich et al. 2016, Algorithm 1</a>
final class PairSegmenter implements Segmenter {
    /// What joins and what happens to the rest.
    ///
    /// @param ignoreMerges whether a stretch that is a token is that token, whatever the merges say
    /// @param byteFallback whether unknown characters become their bytes
    /// @param unknown the id for unknown characters; -1 for none
    /// @param fuseUnknown whether unknown neighbours share one id
    /// @param prefix what tokens that do not begin a stretch begin with
    /// @param suffix what tokens that end a stretch end with
    record Rules(
            boolean ignoreMerges,
            boolean byteFallback,
            int unknown,
            boolean fuseUnknown,
            String prefix,
            String suffix) {
        static final Rules PLAIN = new Rules(false, false, -1, false, "", "");
    }

    /// Texts repeat their words; a hit costs a tenth of the joining.
    private static final int MOST_REMEMBERED = 16_384;

    private static final int LONGEST_REMEMBERED = 64;

    private final Vocabulary vocabulary;
    private final Rules rules;
    private final LongTable rankOfPair;
    private final int[] joined;
    private final int[] byteIds;
    private final ConcurrentHashMap<String, int[]> remembered = new ConcurrentHashMap<>();

    /// @param merges pairs, best first
    /// @throws TokenizerException if a pair or what it joins to is not in the vocabulary
    PairSegmenter(Vocabulary vocabulary, List<Merge> merges, Rules rules) {
        this.vocabulary = vocabulary;
        this.rules = rules;
        this.byteIds = rules.byteFallback() ? vocabulary.byteIds() : new int[0];
        this.rankOfPair = new LongTable(merges.size());
        this.joined = new int[merges.size()];
        for (int rank = 0; rank < joined.length; rank++) {
            Merge merge = merges.get(rank);
            int left = known(merge.left(), rank);
            int right = known(merge.right(), rank);
            String tail =
                    merge.right().startsWith(rules.prefix())
                            ? merge.right().substring(rules.prefix().length())
                            : merge.right();
            joined[rank] = known(merge.left() + tail, rank);
            rankOfPair.putIfAbsent(LongTable.pair(left, right), rank);
        }
    }

    /// One pair to join.
    record Merge(String left, String right) {}

    private int known(String token, int rank) {
        int id = vocabulary.id(token);
        if (id < 0) {
            throw new TokenizerException(
                    "merge %d needs the token %s, which the vocabulary does not have",
                    rank, Visible.text(token));
        }
        return id;
    }

    @Override
    public void segment(String text, Ints out) {
        if (text.length() > LONGEST_REMEMBERED) {
            out.addAll(join(text));
            return;
        }
        int[] ids = remembered.get(text);
        if (ids == null) {
            ids = join(text);
            if (remembered.size() < MOST_REMEMBERED) {
                remembered.put(text, ids);
            }
        }
        out.addAll(ids);
    }

    private int[] join(String text) {
        if (rules.ignoreMerges()) {
            int whole = vocabulary.id(text);
            if (whole >= 0) {
                return new int[] {whole};
            }
        }
        int[] symbols = symbols(text);
        int count = Joins.join(symbols, symbols.length, this::pair);
        return Arrays.copyOf(symbols, count);
    }

    private long pair(long pair) {
        int rank = rankOfPair.get(pair);
        return rank == LongTable.NONE ? Joins.NONE : (long) rank << 32 | joined[rank];
    }

    private int[] symbols(String text) {
        Ints symbols = new Ints(text.length());
        boolean afterUnknown = false;
        int character;
        for (int at = 0; at < text.length(); at += Character.charCount(character)) {
            character = text.codePointAt(at);
            int id = vocabulary.id(token(text, at, character));
            if (id >= 0) {
                symbols.add(id);
            } else if (byteIds.length > 0) {
                for (byte octet : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
                    symbols.add(byteIds[octet & 0xFF]);
                }
            } else if (rules.unknown() < 0) {
                throw Segmenter.unknown(character);
            } else if (!afterUnknown || !rules.fuseUnknown()) {
                symbols.add(rules.unknown());
            }
            afterUnknown = id < 0 && byteIds.length == 0;
        }
        return symbols.toArray();
    }

    private String token(String text, int at, int character) {
        String token = Character.toString(character);
        if (at > 0) {
            token = rules.prefix() + token;
        }
        return at + Character.charCount(character) == text.length()
                ? token + rules.suffix()
                : token;
    }
}
