package org.cumae.exact;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Layout;
import org.cumae.canvas.PointerRows;
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
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// A model of a few variables whose joint law is given: it answers any question about any of them,
/// given any others, exactly, by enumeration.
///
/// It is asked as [PointerRows] ask: what follows a pointer is the variable's first code, and what
/// follows a code is the next one, given all codes that the row sees. Its answers do not depend on
/// the order in which rows were fed, only on the positions at which they stand.
public final class JointModel implements Model {
    private static final Set<Capability> CAPABILITIES =
            EnumSet.of(Capability.ANY_ORDER, Capability.ANY_VISIBILITY, Capability.ROLLBACK);
    private static final int MAX_LENGTH = 1 << 20;
    private static final int MAX_WORLDS = 1 << 22;

    private final Card card;
    private final List<Span> codes; // [variable]
    private final Map<Integer, Integer> variables = new HashMap<>(); // by position of the code
    private final Map<Integer, Integer> asked = new HashMap<>(); // by position of the row before it
    private final int[][] worlds; // [world][variable], each variable's code
    private final double[] weights; // [world]

    /// A model of a joint law.
    ///
    /// @param layout where the variables live; each level of each address is one
    /// @param weight of a canvas on which everything is known: its probability, up to a factor
    /// @throws IllegalArgumentException if there are too many canvases to enumerate, or a weight is
    ///   negative or NaN, or all are 0
    public JointModel(Layout layout, ToDoubleFunction<Canvas> weight) {
        this.card = new Card("joint", layout.vocabulary(), MAX_LENGTH, CAPABILITIES);
        this.codes = new ArrayList<>();
        for (Address address : layout.addresses()) {
            TokenType type = layout.field(address).type();
            for (int level = 0; level < type.levels(); level++) {
                variables.put(layout.position(address, level + 1), codes.size());
                asked.put(layout.position(address, level), codes.size());
                codes.add(type.codes().get(level));
            }
        }
        double count = codes.stream().mapToDouble(Span::size).reduce(1, (a, b) -> a * b);
        Check.argument(
                count <= MAX_WORLDS,
                "the layout has %.0f possible canvases; at most %d can be enumerated",
                count,
                MAX_WORLDS);
        this.worlds = worlds((int) count);
        this.weights =
                Arrays.stream(worlds)
                        .mapToDouble(world -> weight.applyAsDouble(canvas(layout, world)))
                        .toArray();
        for (double each : weights) {
            Check.argument(each >= 0, "a canvas has weight %s; it must be 0 or more", each);
        }
        Check.argument(Arrays.stream(weights).sum() > 0, "all canvases have weight 0");
    }

    private int[][] worlds(int count) {
        int[][] all = new int[count][codes.size()];
        for (int world = 0; world < count; world++) {
            int rest = world;
            for (int i = 0; i < codes.size(); i++) {
                Span span = codes.get(i);
                all[world][i] = span.from() + rest % span.size();
                rest /= span.size();
            }
        }
        return all;
    }

    private static Canvas canvas(Layout layout, int[] world) {
        Canvas canvas = new Canvas(layout);
        int next = 0;
        for (Address address : layout.addresses()) {
            int levels = layout.field(address).type().levels();
            canvas.observe(address, Arrays.copyOfRange(world, next, next + levels));
            next += levels;
        }
        return canvas;
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

    /// The law of the variable that follows the want's row, given the codes that the row sees.
    private Categorical law(RowState state, Query query, Want want) {
        int cached = state.length() - query.rows();
        int[] given = new int[codes.size()];
        Arrays.fill(given, -1);
        IntStream.range(0, state.length())
                .filter(column -> query.visibility().sees(want.row(), column, cached))
                .forEach(
                        column -> {
                            Integer variable = variables.get(state.position(column));
                            if (variable != null) {
                                given[variable] = state.token(column);
                            }
                        });
        int position = state.position(cached + want.row());
        Integer target = asked.get(position);
        if (target == null) {
            throw new IllegalArgumentException(
                    "nothing follows the row at position %d: the last code of a variable"
                            .formatted(position));
        }
        double[] law = new double[card.vocabulary()];
        for (int world = 0; world < worlds.length; world++) {
            if (agrees(worlds[world], given)) {
                law[worlds[world][target]] += weights[world];
            }
        }
        return Categorical.ofWeights(law);
    }

    private static boolean agrees(int[] world, int[] given) {
        for (int i = 0; i < given.length; i++) {
            if (given[i] >= 0 && given[i] != world[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {}
}
