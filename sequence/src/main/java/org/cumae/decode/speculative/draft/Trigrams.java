package org.cumae.decode.speculative.draft;

import org.cumae.Check;
import org.cumae.model.Tokens;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Which tokens follow which pair of tokens in a corpus, the likeliest few of each, with their
/// shares. Immutable; 8 bytes a follower and 12 a pair.
///
/// The file is `CUMTRI01`, the vocabulary's size and fingerprint, the number of pairs, and for each
/// pair in ascending order its two tokens, the number of followers, and these with their weights.
///
/// @see <a href="https://arxiv.org/abs/2407.12021">Liu et al. 2024, ADED</a>
public final class Trigrams {
    /// Nothing follows anything.
    public static final Trigrams NONE = new Trigrams(0, 0, new TreeMap<>());

    /// How many followers of a pair are kept.
    public static final int TOP = 12;

    /// The heaviest first, of equals the smaller id.
    private static final Comparator<Follower> ORDER =
            Comparator.comparingDouble((Follower each) -> -each.weight())
                    .thenComparingInt(Follower::token);

    private static final byte[] MAGIC = "CUMTRI01".getBytes(StandardCharsets.US_ASCII);

    /// A token that follows, and how often as a share; adapted weights may exceed 1.
    public record Follower(int token, double weight) {}

    private final int vocabulary;
    private final long fingerprint;
    private final long[] pairs; // [pair] ascending
    private final int[] offsets; // [pair + 1]
    private final int[] tokens; // [follower]
    private final float[] weights; // [follower]

    private Trigrams(
            int vocabulary, long fingerprint, NavigableMap<Long, List<Follower>> followers) {
        this.vocabulary = vocabulary;
        this.fingerprint = fingerprint;
        this.pairs = followers.keySet().stream().mapToLong(Long::longValue).toArray();
        this.offsets = new int[pairs.length + 1];
        int size = followers.values().stream().mapToInt(List::size).sum();
        this.tokens = new int[size];
        this.weights = new float[size];
        int next = 0;
        int pair = 0;
        for (List<Follower> after : followers.values()) {
            for (Follower each : after) {
                tokens[next] = each.token();
                weights[next++] = (float) each.weight();
            }
            offsets[++pair] = next;
        }
    }

    /// Counts a corpus.
    ///
    /// @param vocabulary ids are `[0, vocabulary)`
    /// @param fingerprint tells this vocabulary from others of its size
    /// @param texts each by itself
    /// @throws IllegalArgumentException if no text has three tokens, or an id is out of range
    public static Trigrams of(int vocabulary, long fingerprint, List<Tokens> texts) {
        Map<Long, Map<Integer, Integer>> counts = new HashMap<>();
        for (Tokens text : texts) {
            text.stream()
                    .forEach(
                            id ->
                                    Check.argument(
                                            id >= 0 && id < vocabulary,
                                            "the corpus has id %d; the vocabulary is [0, %d)",
                                            id,
                                            vocabulary));
            for (int i = 2; i < text.size(); i++) {
                counts.computeIfAbsent(pair(text.get(i - 2), text.get(i - 1)), _ -> new HashMap<>())
                        .merge(text.get(i), 1, Integer::sum);
            }
        }
        Check.argument(
                !counts.isEmpty(), "no text of the corpus has three tokens; give longer texts");
        NavigableMap<Long, List<Follower>> followers = new TreeMap<>();
        counts.forEach((pair, after) -> followers.put(pair, shares(after)));
        return new Trigrams(vocabulary, fingerprint, followers);
    }

    private static List<Follower> shares(Map<Integer, Integer> counts) {
        double total = counts.values().stream().mapToInt(Integer::intValue).sum();
        return counts.entrySet().stream()
                .map(entry -> new Follower(entry.getKey(), entry.getValue() / total))
                .sorted(ORDER)
                .limit(TOP)
                .toList();
    }

    static long pair(int first, int second) {
        return ((long) first << 32) | second;
    }

    /// Ids are `[0, vocabulary)`; 0 for a table of nothing.
    public int vocabulary() {
        return vocabulary;
    }

    /// Tells its vocabulary from others of that size.
    public long fingerprint() {
        return fingerprint;
    }

    /// How many pairs it knows.
    public int size() {
        return pairs.length;
    }

    /// How many followers it knows, of all pairs together.
    public int followers() {
        return tokens.length;
    }

    /// What follows a pair, the heaviest first.
    public List<Follower> after(int first, int second) {
        int index = Arrays.binarySearch(pairs, pair(first, second));
        if (index < 0) {
            return List.of();
        }
        List<Follower> followers = new ArrayList<>();
        for (int i = offsets[index]; i < offsets[index + 1]; i++) {
            followers.add(new Follower(tokens[i], weights[i]));
        }
        return followers;
    }

    /// Writes the file's form; does not close the stream.
    public void write(OutputStream stream) throws IOException {
        DataOutputStream out = new DataOutputStream(stream);
        out.write(MAGIC);
        out.writeInt(vocabulary);
        out.writeLong(fingerprint);
        out.writeInt(pairs.length);
        for (int i = 0; i < pairs.length; i++) {
            out.writeLong(pairs[i]);
            out.writeInt(offsets[i + 1] - offsets[i]);
            for (int j = offsets[i]; j < offsets[i + 1]; j++) {
                out.writeInt(tokens[j]);
                out.writeFloat(weights[j]);
            }
        }
        out.flush();
    }

    /// Reads the file's form; does not close the stream.
    ///
    /// @throws IllegalArgumentException if it is none, is cut short, or holds a number out of range
    public static Trigrams read(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        try {
            Check.argument(
                    Arrays.equals(in.readNBytes(MAGIC.length), MAGIC),
                    "this is no table of trigrams; it does not begin with CUMTRI01");
            int vocabulary = in.readInt();
            long fingerprint = in.readLong();
            int count = in.readInt();
            NavigableMap<Long, List<Follower>> followers = new TreeMap<>();
            for (int i = 0; i < count; i++) {
                long pair = in.readLong();
                Check.argument(
                        followers.isEmpty() || pair > followers.lastKey(),
                        "the table's pairs do not ascend at pair %d",
                        i);
                checkId((int) (pair >>> 32), vocabulary);
                checkId((int) pair, vocabulary);
                followers.put(pair, followers(in, vocabulary));
            }
            Check.argument(
                    in.read() < 0,
                    "there are more bytes behind the table of trigrams than it says");
            return new Trigrams(vocabulary, fingerprint, followers);
        } catch (EOFException e) {
            throw new IllegalArgumentException("the table of trigrams is cut short", e);
        }
    }

    private static List<Follower> followers(DataInputStream in, int vocabulary) throws IOException {
        int count = in.readInt();
        Check.argument(
                count > 0 && count <= vocabulary,
                "a pair of the table has %d followers; it must have 1 to %d",
                count,
                vocabulary);
        List<Follower> followers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int token = in.readInt();
            float weight = in.readFloat();
            checkId(token, vocabulary);
            Check.argument(
                    weight > 0 && Float.isFinite(weight),
                    "a weight of the table is %s; weights are positive and finite",
                    weight);
            followers.add(new Follower(token, weight));
        }
        return followers;
    }

    private static void checkId(int id, int vocabulary) {
        Check.argument(
                id >= 0 && id < vocabulary,
                "the table has id %d and says that its vocabulary is [0, %d)",
                id,
                vocabulary);
    }

    /// A table of the same vocabulary with other followers.
    Trigrams with(Map<Long, List<Follower>> changed) {
        NavigableMap<Long, List<Follower>> all = new TreeMap<>();
        for (long pair : pairs) {
            all.put(pair, after((int) (pair >>> 32), (int) pair));
        }
        all.putAll(changed);
        return new Trigrams(vocabulary, fingerprint, all);
    }
}
