package org.cumae.exact;

import org.cumae.Check;
import org.cumae.distribution.Categorical;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Denoising;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.RowState;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Want;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// A model of a line of tokens whose joint law is given: it says exactly what lies under a mask
/// given the tokens that the mask's row sees, and, where it reads by prefixes, what follows a
/// token.
///
/// What lies behind the line is uniform. Its answers do not depend on the order in which rows were
/// fed, only on the positions at which they stand.
public final class MaskedModel implements Model {
    private static final Set<Capability> CAPABILITIES =
            EnumSet.of(
                    Capability.MASKED,
                    Capability.FULL_VISIBILITY,
                    Capability.ANY_VISIBILITY,
                    Capability.ROLLBACK);
    private static final int MAX_LENGTH = 1 << 12;
    private static final int MAX_LINES = 1 << 20;

    private final Card card;
    private final Denoising denoising;
    private final int length;
    private final int[][] lines; // [line][position]
    private final double[] weights; // [line]

    /// A model of a joint law.
    ///
    /// @param vocabulary ids are `[0, vocabulary)`, and `vocabulary` is the mask
    /// @param length of the line
    /// @param weight of a line: its probability, up to a factor
    /// @throws IllegalArgumentException if there are too many lines to enumerate, or all weights
    ///   are 0
    public MaskedModel(
            int vocabulary, int length, Denoising denoising, ToDoubleFunction<Tokens> weight) {
        double count = Math.pow(vocabulary, length);
        Check.argument(
                count <= MAX_LINES,
                "there are %.0f lines; at most %d can be enumerated",
                count,
                MAX_LINES);
        Set<Capability> capabilities = EnumSet.copyOf(CAPABILITIES);
        if (denoising.foretells()) {
            capabilities.add(Capability.NEXT_TOKEN);
        }
        this.card =
                new Card("masked", vocabulary, MAX_LENGTH, capabilities, 1, Optional.of(denoising));
        this.denoising = denoising;
        this.length = length;
        this.lines = new int[(int) count][length];
        for (int line = 0; line < lines.length; line++) {
            int rest = line;
            for (int i = 0; i < length; i++) {
                lines[line][i] = rest % vocabulary;
                rest /= vocabulary;
            }
        }
        this.weights =
                Arrays.stream(lines)
                        .mapToDouble(line -> weight.applyAsDouble(Tokens.of(line)))
                        .toArray();
        Check.argument(Arrays.stream(weights).sum() > 0, "all lines have weight 0");
    }

    /// The probability of a line.
    public double probability(Tokens line) {
        double found = 0;
        for (int i = 0; i < lines.length; i++) {
            found += Arrays.equals(lines[i], line.toArray()) ? weights[i] : 0;
        }
        return found / Arrays.stream(weights).sum();
    }

    /// The entropy of the line in nats, given that its first places hold what they hold on average.
    ///
    /// @param given how many places are known
    public double entropy(int given) {
        return entropyOfFirst(length) - entropyOfFirst(given);
    }

    private double entropyOfFirst(int places) {
        Map<Tokens, Double> masses = new HashMap<>();
        double total = Arrays.stream(weights).sum();
        for (int i = 0; i < lines.length; i++) {
            masses.merge(
                    Tokens.of(Arrays.copyOf(lines[i], places)), weights[i] / total, Double::sum);
        }
        return masses.values().stream().mapToDouble(p -> p > 0 ? -p * Math.log(p) : 0).sum();
    }

    /// What a place holds, given others.
    ///
    /// @param given by position, negative where not known
    public Categorical law(int position, int... given) {
        double[] law = new double[card.vocabulary()];
        if (position < 0 || position >= length) {
            Arrays.fill(law, 1);
            return Categorical.ofWeights(law);
        }
        for (int i = 0; i < lines.length; i++) {
            if (agrees(lines[i], given)) {
                law[lines[i][position]] += weights[i];
            }
        }
        return Categorical.ofWeights(law);
    }

    @Override
    public Card card() {
        return card;
    }

    @Override
    public State open() {
        return new RowState();
    }

    @Override
    public List<Answer> forward(List<Part> pass) {
        return RowState.forward(pass, this::answer);
    }

    private Answer answer(RowState state, Query query) {
        return new Answer(
                query.wants().stream()
                        .map(want -> want.answeredBy(law(state, query, want)))
                        .toList());
    }

    private Categorical law(RowState state, Query query, Want want) {
        int cached = state.length() - query.rows();
        int[] given = new int[length];
        Arrays.fill(given, -1);
        IntStream.range(0, state.length())
                .filter(column -> query.visibility().sees(want.row(), column, cached))
                .filter(column -> state.position(column) < length)
                .filter(column -> !card.isMask(state.token(column)))
                .forEach(column -> given[state.position(column)] = state.token(column));
        int row = cached + want.row();
        boolean next =
                denoising.shifted() || (denoising.foretells() && !card.isMask(state.token(row)));
        return law(state.position(row) + (next ? 1 : 0), given);
    }

    private static boolean agrees(int[] line, int[] given) {
        for (int i = 0; i < given.length; i++) {
            if (given[i] >= 0 && given[i] != line[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {}
}
