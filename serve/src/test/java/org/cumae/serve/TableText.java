package org.cumae.serve;

import org.cumae.text.Prompt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// A model whose law is a table: which character follows which in one sentence.
class TableText implements Served {
    static final String LETTERS =
            "\u0000abcdefghijklmnopqrstuvwxyz ,.'\nABCDEFGHIJKLMNOPQRSTUVWXYZ:é😀";
    private static final String SENTENCE =
            "the leaves of the oak lay where the wind had laid them, and she read them in any order."
                    + " to be or not to be, that is the question of the sea and the sand.\n";

    private final String id;
    private final boolean chats;
    private final OptionalInt bos;
    private final int maxLength;
    private final double[][] table;
    volatile long pauseMillis;
    final AtomicInteger writing = new AtomicInteger();
    final AtomicInteger interrupted = new AtomicInteger();
    private final int[] letters = LETTERS.codePoints().toArray();

    TableText(String id, boolean chats, boolean begins, int maxLength) {
        this.id = id;
        this.chats = chats;
        this.bos = begins ? OptionalInt.of(0) : OptionalInt.empty();
        this.maxLength = maxLength;
        this.table = new double[vocabulary()][vocabulary()];
        for (double[] row : table) {
            java.util.Arrays.fill(row, 0.002);
        }
        int[] ids = encode(SENTENCE.repeat(2), false);
        for (int i = 1; i < ids.length; i++) {
            table[ids[i - 1]][ids[i]] += 1;
        }
        table[0][ids[0]] += 1;
        for (double[] row : table) {
            double sum = java.util.Arrays.stream(row).sum();
            for (int i = 0; i < row.length; i++) {
                row[i] /= sum;
            }
        }
    }

    static TableText small() {
        return new TableText("oak", true, true, 512);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String description() {
        return "letters by a table";
    }

    @Override
    public int vocabulary() {
        return LETTERS.codePointCount(0, LETTERS.length());
    }

    @Override
    public int maxLength() {
        return maxLength;
    }

    @Override
    public boolean chats() {
        return chats;
    }

    @Override
    public OptionalInt bos() {
        return bos;
    }

    @Override
    public long created() {
        return 1_700_000_000;
    }

    @Override
    public List<String> starters() {
        return List.of("the oak", "to be");
    }

    @Override
    public List<DecoderCard> decoders() {
        return List.of(
                new DecoderCard("sequential", "Sequential", "One token a pass.", List.of()),
                new DecoderCard(
                        "beam",
                        "Beam search",
                        "Keeps the likeliest.",
                        List.of(
                                new DecoderCard.Parameter(
                                        "width", "integer", 4, 1.0, 16.0, List.of(), "how many"))));
    }

    @Override
    public java.util.Map<String, Double> defaults() {
        return java.util.Map.of();
    }

    @Override
    public int[] encode(String text, boolean special) {
        return text.codePoints()
                .map(
                        c ->
                                IntStream.range(0, letters().length)
                                        .filter(i -> letters()[i] == c)
                                        .findFirst()
                                        .orElse(27))
                .toArray();
    }

    private int[] letters() {
        return LETTERS.codePoints().toArray();
    }

    @Override
    public String decode(int[] ids) {
        StringBuilder text = new StringBuilder();
        for (int one : ids) {
            text.append(piece(one));
        }
        return text.toString();
    }

    @Override
    public String piece(int id) {
        return id == 0 ? "" : new String(Character.toChars(letters[id]));
    }

    @Override
    public boolean steers(int id) {
        return id == 0;
    }

    @Override
    public int[] chat(Prompt.Chat conversation) {
        StringBuilder text = new StringBuilder();
        conversation
                .messages()
                .forEach(m -> text.append(m.role()).append(':').append(m.content()).append('\n'));
        return encode(text + "assistant:", false);
    }

    @Override
    public Written write(Ask ask, Steps steps) {
        long begin = System.nanoTime();
        writing.incrementAndGet();
        try {
            return write(ask, steps, begin);
        } finally {
            writing.decrementAndGet();
        }
    }

    private Written write(Ask ask, Steps steps, long begin) {
        if (ask.decoder().name().equals("beam") && ask.drawing().temperature() == 0.77) {
            throw new IllegalStateException("the decoder broke");
        }
        List<Integer> ids = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int last = ask.prompt().getLast();
        String finish = "length";
        for (int i = 0; i < ask.maxTokens(); i++) {
            pause();
            if (i == 3 && ask.drawing().temperature() == 0.78) {
                throw new IllegalStateException("the decoder broke on its way");
            }
            double[] law = table[last];
            double[] drawn = drawn(law, ask.drawing());
            int position = ask.prompt().size() + i;
            int token = draw(drawn, ask.seed() * 1_000_003 + position);
            if (ask.stopping().ids().contains(token)) {
                finish = "stop";
                break;
            }
            ids.add(token);
            text.append(piece(token));
            int at = stop(text, ask.stopping().strings());
            boolean go =
                    steps.step(
                            new Step(
                                    i,
                                    position,
                                    token,
                                    piece(token),
                                    ask.stopping().strings().isEmpty() ? piece(token) : "",
                                    State.COMMITTED,
                                    law[token],
                                    drawn[token],
                                    entropy(law),
                                    alternatives(law, drawn, ask.alternatives()),
                                    List.of(),
                                    i + 1L,
                                    position));
            if (at >= 0) {
                text.setLength(at);
                finish = "stop";
                break;
            }
            if (!go) {
                finish = "cancelled";
                break;
            }
            last = token;
        }
        int n = ids.size();
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Written(
                text.toString(),
                ids,
                finish,
                new Cost(
                        n,
                        ask.prompt().size() + Math.max(0, n - 1),
                        ask.prompt().size(),
                        0,
                        0,
                        n,
                        0,
                        0,
                        List.of(),
                        seconds,
                        0,
                        seconds,
                        0,
                        0,
                        true));
    }

    private void pause() {
        try {
            Thread.sleep(pauseMillis);
        } catch (InterruptedException e) {
            interrupted.incrementAndGet();
            throw new CancellationException("interrupted");
        }
    }

    private static int stop(CharSequence text, List<String> stops) {
        return stops.stream()
                .mapToInt(s -> text.toString().indexOf(s))
                .filter(i -> i >= 0)
                .min()
                .orElse(-1);
    }

    private static double entropy(double[] law) {
        double bits = 0;
        for (double p : law) {
            bits -= p > 0 ? p * Math.log(p) / Math.log(2) : 0;
        }
        return bits;
    }

    private List<Alternative> alternatives(double[] law, double[] drawn, int count) {
        return IntStream.range(0, law.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -law[i]))
                .limit(count)
                .map(i -> new Alternative(i, piece(i), law[i], drawn[i]))
                .toList();
    }

    private static double[] drawn(double[] law, Ask.Drawing how) {
        double[] out = new double[law.length];
        double t = Math.max(how.temperature(), 0.01);
        for (int i = 0; i < law.length; i++) {
            double bias = how.logitBias().getOrDefault(i, 0.0);
            out[i] = bias <= -100 ? 0 : Math.pow(law[i], 1 / t) * Math.exp(bias / t);
        }
        List<Integer> order =
                IntStream.range(0, law.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> -out[i]))
                        .toList();
        if (how.topK() > 0) {
            order.stream().skip(how.topK()).forEach(i -> out[i] = 0);
        }
        double sum = java.util.Arrays.stream(out).sum();
        for (int i = 0; i < out.length; i++) {
            out[i] /= sum;
        }
        return out;
    }

    private static int draw(double[] law, long seed) {
        double u = new SplittableRandom(seed).nextDouble();
        for (int i = 0; i < law.length; i++) {
            u -= law[i];
            if (u < 0) {
                return i;
            }
        }
        return law.length - 1;
    }
}
