package org.cumae.unit;

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;

/// Learns a byte-level vocabulary from texts: the pair of neighbours that comes most often becomes
/// a token, again and again.
///
/// Texts are cut into words as GPT-2 cuts them, and each different word is kept once with its
/// count. The counts of pairs are kept up to date: a join looks only at the words that have the
/// pair. Of pairs with one count the one with the smaller left id comes first, then the smaller
/// right id, so that the same texts give the same vocabulary everywhere.
///
/// @see <a href="https://arxiv.org/abs/1508.07909">Sennrich et al. 2016, Algorithm 1</a>
public final class PairTrainer {
    /// A longer word is counted in parts: a text without spaces would be one word.
    private static final int LONGEST_WORD = 256;

    private final PairTraining options;
    private final List<String> tokens = new ArrayList<>(TokenizerJsonWriter.letters());
    private final Map<String, Integer> idOfToken = new HashMap<>();
    private final List<PairSegmenter.Merge> merges = new ArrayList<>();
    private final List<Word> words = new ArrayList<>();
    private final Map<Long, Occurrences> pairs = new HashMap<>();
    private final PriorityQueue<Candidate> best =
            new PriorityQueue<>(
                    Comparator.comparingLong(Candidate::count)
                            .reversed()
                            .thenComparingLong(Candidate::pair));

    private PairTrainer(PairTraining options) {
        this.options = options;
        for (int id = 0; id < tokens.size(); id++) {
            idOfToken.put(tokens.get(id), id);
        }
    }

    /// Learns from texts.
    ///
    /// @throws IllegalArgumentException if they hold no character
    public static Tokenizer train(Iterable<String> texts, PairTraining options) {
        PairTrainer trainer = new PairTrainer(options);
        trainer.read(texts);
        trainer.learn();
        return trainer.tokenizer();
    }

    /// A word, how often it comes, and its symbols now.
    private static final class Word {
        private final long count;
        private int[] symbols;

        Word(String letters, long count) {
            this.count = count;
            this.symbols = letters.chars().map(it -> Letters.ID[it]).toArray();
        }
    }

    /// The id of each byte's letter.
    private static final class Letters {
        private static final int[] ID = new int[0x200];

        static {
            for (int octet = 0; octet < 256; octet++) {
                ID[ByteLetters.letter(octet)] = octet;
            }
        }
    }

    /// How often a pair comes and in which words; a word may be listed that has lost it.
    private static final class Occurrences {
        private long count;
        private final Ints words = new Ints(4);
    }

    /// A pair with the count it had when it was put here; a smaller count of now makes it wait
    /// again.
    private record Candidate(long pair, long count) {}

    private void read(Iterable<String> texts) {
        Map<String, Long> counts = new HashMap<>();
        for (String text : texts) {
            String whole = WellFormed.of(text);
            Splitters.GPT2.findAll(
                    whole,
                    (from, to) -> {
                        for (int at = from; at < to; at += LONGEST_WORD) {
                            counts.merge(
                                    whole.substring(at, Math.min(to, at + LONGEST_WORD)),
                                    1L,
                                    Long::sum);
                        }
                    });
        }
        if (counts.isEmpty()) {
            throw new IllegalArgumentException(
                    "the texts are empty; give some to learn a vocabulary from");
        }
        counts.forEach((word, count) -> words.add(new Word(ByteLetters.of(word), count)));
        for (int i = 0; i < words.size(); i++) {
            countPairs(i);
        }
        pairs.forEach((pair, it) -> best.add(new Candidate(pair, it.count)));
    }

    private void countPairs(int word) {
        int[] symbols = words.get(word).symbols;
        for (int i = 0; i + 1 < symbols.length; i++) {
            add(LongTable.pair(symbols[i], symbols[i + 1]), word);
        }
    }

    private void add(long pair, int word) {
        Occurrences occurrences = pairs.computeIfAbsent(pair, key -> new Occurrences());
        occurrences.count += words.get(word).count;
        occurrences.words.addIfNotLast(word);
    }

    private void learn() {
        while (merges.size() < options.merges() && !best.isEmpty()) {
            Candidate candidate = best.remove();
            Occurrences occurrences = pairs.get(candidate.pair());
            if (occurrences == null || occurrences.count < options.minimumCount()) {
                continue;
            }
            if (occurrences.count < candidate.count()) {
                best.add(new Candidate(candidate.pair(), occurrences.count));
                continue;
            }
            join(candidate.pair(), occurrences);
        }
    }

    private void join(long pair, Occurrences occurrences) {
        int left = (int) (pair >>> 32);
        int right = (int) pair;
        merges.add(new PairSegmenter.Merge(tokens.get(left), tokens.get(right)));
        String token = tokens.get(left) + tokens.get(right);
        int joined =
                idOfToken.computeIfAbsent(
                        token,
                        it -> {
                            tokens.add(it);
                            return tokens.size() - 1;
                        });
        pairs.remove(pair);
        LinkedHashSet<Long> grown = new LinkedHashSet<>();
        for (int word : occurrences.words.toArray()) {
            join(word, left, right, joined, grown);
        }
        for (long it : grown) {
            Occurrences now = pairs.get(it);
            if (now != null && it != pair) {
                best.add(new Candidate(it, now.count));
            }
        }
    }

    /// Joins the pair in one word and corrects the counts of its neighbours.
    private void join(int index, int left, int right, int joined, Set<Long> grown) {
        Word word = words.get(index);
        int[] symbols = word.symbols;
        int[] result = new int[symbols.length];
        int size = 0;
        for (int i = 0; i < symbols.length; i++) {
            boolean match = i + 1 < symbols.length && symbols[i] == left && symbols[i + 1] == right;
            result[size++] = match ? joined : symbols[i];
            i += match ? 1 : 0;
        }
        if (size == symbols.length) {
            return;
        }
        for (int i = 0; i + 1 < symbols.length; i++) {
            Occurrences lost = pairs.get(LongTable.pair(symbols[i], symbols[i + 1]));
            if (lost != null) {
                lost.count -= word.count;
            }
        }
        word.symbols = Arrays.copyOf(result, size);
        for (int i = 0; i + 1 < size; i++) {
            long pair = LongTable.pair(result[i], result[i + 1]);
            if (pair == LongTable.pair(left, right)) {
                continue; // its merge is made; such a place stays as it is
            }
            add(pair, index);
            if (result[i] == joined || result[i + 1] == joined) {
                grown.add(pair);
            }
        }
    }

    private Tokenizer tokenizer() {
        List<String> all = new ArrayList<>(tokens);
        ObjectNode root =
                TokenizerJsonWriter.byteLevelPairs(
                        all, merges, TokenizerJsonWriter.byteLevel(true));
        for (String special : options.special()) {
            TokenizerJsonWriter.addSpecial(root, all.size(), special, true);
            all.add(special);
        }
        Tokenizer tokenizer =
                TokenizerJson.read(
                        "the trained vocabulary", TokenizerJsonWriter.file(root).content());
        if (!(tokenizer instanceof Subwords subwords) || options.special().isEmpty()) {
            return tokenizer;
        }
        SpecialTokens special = subwords.special();
        LinkedHashSet<Integer> ends = new LinkedHashSet<>(List.of(tokens.size()));
        return subwords.withSpecial(
                new SpecialTokens(
                        OptionalInt.empty(),
                        ends,
                        special.unknown(),
                        special.padding(),
                        special.all()));
    }
}
