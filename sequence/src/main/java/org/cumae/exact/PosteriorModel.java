package org.cumae.exact;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.distribution.Categorical;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.RowState;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// A model of a world that is in one of finitely many states: it answers any question about any
/// variables, given any others, by Bayes' rule.
///
/// Where [JointModel] enumerates values, this one enumerates [Hypothesis] after hypothesis, within
/// which what can be known is known in closed form; so its worlds have hundreds of variables. A
/// variable shows its hidden value, or with a small chance, its flip, a uniformly random code. It
/// is asked as [org.cumae.canvas.PointerRows] ask, and what was fed in another order is answered
/// the same.
public final class PosteriorModel implements Model {
    private static final Set<Capability> CAPABILITIES =
            EnumSet.of(Capability.ANY_ORDER, Capability.ANY_VISIBILITY, Capability.ROLLBACK);
    private static final int MAX_LENGTH = 1 << 20;

    private final Card card;
    private final Layout layout;
    private final List<Hypothesis> hypotheses;
    private final List<Span> codes = new ArrayList<>(); // [variable]
    private final Map<Integer, Integer> variables = new HashMap<>(); // by position of the code
    private final Map<Integer, Integer> asked = new HashMap<>(); // by position of the row before it
    private final double[] flips; // [variable]

    /// A model of a world.
    ///
    /// @param name what messages call it
    /// @param layout where its variables live; each level of each address is one, in the layout's
    ///   order
    /// @param hypotheses the states that it may be in, each of all variables
    /// @param flips `[variable]`, the chance that each is replaced by a uniformly random code
    /// @throws IllegalArgumentException if there is no hypothesis, or one is of other variables
    public PosteriorModel(String name, Layout layout, List<Hypothesis> hypotheses, double[] flips) {
        this.card = new Card(name, layout.vocabulary(), MAX_LENGTH, CAPABILITIES);
        this.layout = layout;
        this.hypotheses = List.copyOf(hypotheses);
        this.flips = flips.clone();
        for (Address address : layout.addresses()) {
            TokenType type = layout.field(address).type();
            for (int level = 0; level < type.levels(); level++) {
                variables.put(layout.position(address, level + 1), codes.size());
                asked.put(layout.position(address, level), codes.size());
                codes.add(type.codes().get(level));
            }
        }
        Check.argument(!hypotheses.isEmpty(), "world %s has no state it could be in", name);
        Check.argument(
                flips.length == codes.size(),
                "world %s has %d variables and %d chances of a flip; give each variable one",
                name,
                codes.size(),
                flips.length);
        for (Hypothesis each : this.hypotheses) {
            check(each);
        }
    }

    private void check(Hypothesis hypothesis) {
        Check.argument(
                hypothesis.variables() == codes.size(),
                "a hypothesis is of %d variables and the layout has %d",
                hypothesis.variables(),
                codes.size());
        for (int variable = 0; variable < codes.size(); variable++) {
            int size = hypothesis.law(hypothesis.shown(variable)).length;
            Check.argument(
                    size == codes.get(variable).size(),
                    "variable %d has %d codes and shows a hidden value of %d",
                    variable,
                    codes.get(variable).size(),
                    size);
        }
    }

    /// Everything that there is to know of a world that was drawn from the law.
    public Canvas draw(Noise noise) {
        double[] weights = hypotheses.stream().mapToDouble(Hypothesis::weight).toArray();
        Hypothesis hypothesis = hypotheses.get(pick(weights, noise.uniform(0)));
        Noise hidden = noise.at(0);
        Noise flip = noise.at(1);
        int[] values =
                IntStream.range(0, hypothesis.hidden())
                        .map(i -> pick(hypothesis.law(i), hidden.uniform(i)))
                        .toArray();
        Canvas canvas = new Canvas(layout);
        int variable = 0;
        for (Address address : layout.addresses()) {
            int[] drawn = new int[layout.field(address).type().levels()];
            for (int level = 0; level < drawn.length; level++, variable++) {
                Span span = codes.get(variable);
                boolean flipped = flip.uniform(2L * variable) < flips[variable];
                int code =
                        flipped
                                ? (int) (flip.uniform(2L * variable + 1) * span.size())
                                : values[hypothesis.shown(variable)];
                drawn[level] = span.from() + code;
            }
            canvas.observe(address, drawn);
        }
        return canvas;
    }

    private static int pick(double[] weights, double uniform) {
        double left = uniform * Arrays.stream(weights).sum();
        int last = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                last = i;
                left -= weights[i];
                if (left < 0) {
                    return i;
                }
            }
        }
        return last; // where rounding leaves something over
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

    @Override
    public long bytes(int rows) {
        return RowState.bytes(rows);
    }

    @Override
    public void close() {}

    /// Questions of one query mostly see the same, so what follows from it is worked out once.
    private Answer answer(RowState state, Query query) {
        Map<Tokens, Posterior> posteriors = new HashMap<>();
        return new Answer(
                query.wants().stream()
                        .map(
                                want -> {
                                    Tokens given = given(state, query, want.row());
                                    Posterior posterior =
                                            posteriors.computeIfAbsent(given, Posterior::new);
                                    int row = state.length() - query.rows() + want.row();
                                    return want.answeredBy(
                                            posterior.law(target(state.position(row))));
                                })
                        .toList());
    }

    private int target(int position) {
        Integer target = asked.get(position);
        if (target == null) {
            throw new IllegalArgumentException(
                    "nothing follows the row at position %d: the last code of a variable"
                            .formatted(position));
        }
        return target;
    }

    /// `[variable]`: what a row sees of each, the id of its code or -1.
    private Tokens given(RowState state, Query query, int row) {
        int cached = state.length() - query.rows();
        int[] given = new int[codes.size()];
        Arrays.fill(given, -1);
        for (int column = 0; column < state.length(); column++) {
            Integer variable = variables.get(state.position(column));
            if (variable != null && query.visibility().sees(row, column, cached)) {
                given[variable] = state.token(column);
            }
        }
        return Tokens.of(given);
    }

    /// How probable the hypotheses and their hidden values are, given some variables.
    private final class Posterior {
        private final double[] weights = new double[hypotheses.size()]; // sum to 1
        private final double[][][] beliefs = new double[hypotheses.size()][][]; // [..][hidden]

        Posterior(Tokens given) {
            double[] logs = new double[weights.length];
            for (int h = 0; h < logs.length; h++) {
                Hypothesis hypothesis = hypotheses.get(h);
                beliefs[h] = hypothesis.laws();
                logs[h] = Math.log(hypothesis.weight()) + evidence(hypothesis, given, beliefs[h]);
            }
            double most = Arrays.stream(logs).max().orElseThrow();
            Check.argument(
                    most > Double.NEGATIVE_INFINITY,
                    "what was observed cannot happen in world %s",
                    card.name());
            double sum = 0;
            for (int h = 0; h < logs.length; h++) {
                weights[h] = Math.exp(logs[h] - most);
                sum += weights[h];
            }
            for (int h = 0; h < logs.length; h++) {
                weights[h] /= sum;
            }
        }

        /// The log-probability of what is given under a hypothesis; puts what follows for its
        /// hidden values in the place of their laws.
        private double evidence(Hypothesis hypothesis, Tokens given, double[][] hidden) {
            double log = 0;
            for (int variable = 0; variable < codes.size(); variable++) {
                if (given.get(variable) < 0) {
                    continue;
                }
                int value = hypothesis.shown(variable);
                double[] before = hidden[value];
                int code = given.get(variable) - codes.get(variable).from();
                double[] now = new double[before.length];
                double sum = 0;
                for (int z = 0; z < now.length; z++) {
                    now[z] = before[z] * likelihood(variable, code == z);
                    sum += now[z];
                }
                if (sum <= 0) {
                    return Double.NEGATIVE_INFINITY;
                }
                for (int z = 0; z < now.length; z++) {
                    now[z] /= sum;
                }
                hidden[value] = now;
                log += Math.log(sum);
            }
            return log;
        }

        private double likelihood(int variable, boolean same) {
            double flip = flips[variable];
            return flip / codes.get(variable).size() + (same ? 1 - flip : 0);
        }

        /// The law of a variable, over its own codes.
        Categorical law(int variable) {
            Span span = codes.get(variable);
            double[] law = new double[span.size()];
            for (int h = 0; h < weights.length; h++) {
                if (weights[h] == 0) {
                    continue;
                }
                double[] belief = beliefs[h][hypotheses.get(h).shown(variable)];
                for (int z = 0; z < belief.length; z++) {
                    law[z] += weights[h] * belief[z];
                }
            }
            float[] logits = new float[law.length];
            for (int z = 0; z < law.length; z++) {
                double shown = law[z] * (1 - flips[variable]) + flips[variable] / law.length;
                logits[z] = (float) Math.log(shown);
            }
            return Categorical.range(span.from(), logits);
        }
    }
}
