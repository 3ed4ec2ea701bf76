package org.cumae.picture;

import org.cumae.Check;
import org.cumae.canvas.Span;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.model.Want.Voice;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Scale after scale of a pyramid: each row sees what is told so far, as large as its own scale,
/// and says its own code.
///
/// The condition's row is that of the first scale, whose side must be 1. With
/// [ScaleSight.Past#NONE] nothing but that row is remembered from scale to scale.
///
/// @param code whose scales
/// @param sight which rows see which
/// @see <a href="https://arxiv.org/abs/2404.02905">Tian et al. 2024, VAR</a>
public record Scales(PyramidCode code, ScaleSight sight) implements CodeManner {
    /// Checks the first scale.
    ///
    /// @throws IllegalArgumentException if its side is not 1
    public Scales {
        Check.argument(
                code.sides().getFirst() == 1,
                "the first scale has side %d; a picture that is drawn scale by scale begins with 1",
                code.sides().getFirst());
    }

    @Override
    public int steps() {
        return code.sides().size();
    }

    @Override
    public List<Integer> drawn(int step, int... codes) {
        return code.order().groups().get(step);
    }

    @Override
    public Query query(int step, int condition, int[] codes, int cached) {
        List<Integer> places = drawn(step);
        Input input =
                step == 0
                        ? new Input.Ids(Tokens.of(condition))
                        : Input.Vectors.of(code.before(step, codes));
        List<Want> wants = new ArrayList<>();
        for (int row = 0; row < places.size(); row++) {
            wants.add(new Want.Law(row, 0, code.vocabulary()));
        }
        return new Query(
                input,
                Optional.of(Tokens.of(places.stream().mapToInt(Integer::intValue).toArray())),
                sight.visibility(code.sides(), step, cached),
                wants);
    }

    @Override
    public Span span(int place) {
        return Span.of(0, code.vocabulary());
    }

    @Override
    public int kept(int cached) {
        return sight.past() == ScaleSight.Past.NONE ? 1 : cached;
    }

    @Override
    public int mostRows() {
        return code.length();
    }

    /// The condition's row stands where the first scale's does, whose code it says.
    @Override
    public List<Optional<Spot>> spots() {
        List<Integer> sides = code.sides();
        double finest = sides.getLast();
        return IntStream.range(0, sides.size())
                .boxed()
                .flatMap(
                        scale -> {
                            int side = sides.get(scale);
                            return Spot.grid(scale, side, side, finest / side);
                        })
                .map(Optional::of)
                .toList();
    }

    @Override
    public Lesson lesson() {
        return new Lesson(
                IntStream.range(0, code.length()).toArray(),
                sight.mask(code.sides()),
                IntStream.range(0, code.length())
                        .mapToObj(row -> List.of(new Voice(row, 0)))
                        .toList());
    }

    @Override
    public int[] ids(int... codes) {
        return new int[0];
    }

    @Override
    public float[][] vectors(int... codes) {
        return code.rows(codes);
    }
}
