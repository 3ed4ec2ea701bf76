package org.cumae.picture;

import org.cumae.Check;
import org.cumae.canvas.Span;
import org.cumae.distribution.Chance;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;
import org.cumae.model.Want.Voice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Cells of a grid by how sure they are: each step looks at the whole grid, guesses every cell that
/// is not known, and keeps the surest guesses, few at first and many at last.
///
/// What is not known is a mask, and a mask hides all codes of its cell: an id behind the codes
/// where a cell has one, and the vector whose last number alone is set where it has several. Every
/// cell's row sees every row; the condition's sees itself alone, since it stays while the others
/// change. The codes of a cell are guessed independently, and a guess that does not stay is guessed
/// anew.
///
/// A guess is as sure as its codes are likely, a mean of their log-probabilities `c`. Those that
/// stay are drawn one after the other with weights `exp(c / (choice (1 - r)))` where a share `r` of
/// the steps is done: it is the law of the largest `c + choice (1 - r) g` with a standard Gumbel
/// number `g` for each cell, by decisions that can be enumerated. The reference averages a number
/// for each code of a cell.
///
/// @param code of a grid
/// @param steps in how many steps all is known
/// @param choice the temperature at which guesses are chosen to stay, before it falls to 0 with the
///   last step; at 0 the surest stay
/// @see <a href="https://arxiv.org/abs/2202.04200">Chang et al. 2022, MaskGIT</a>
/// @see <a href="https://arxiv.org/abs/2410.16257">Liu et al. 2024, ELM</a>
public record CodeMasks(GridCode code, int steps, double choice) implements CodeManner {
    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if there are more steps than cells, or the temperature is
    ///   below 0
    public CodeMasks {
        int cells = code.down() * code.across();
        Check.argument(
                steps > 0 && steps <= cells,
                "%d cells are drawn in %d steps; take [1, %d]",
                cells,
                steps,
                cells);
        Check.argument(
                choice >= 0 && Double.isFinite(choice),
                "guesses are chosen at temperature %s; it must be 0 (the surest) or more, and finite",
                choice);
    }

    private int cells() {
        return code.down() * code.across();
    }

    /// Whether cells are fed as ids.
    private boolean single() {
        return code.perCell() == 1;
    }

    /// How many numbers a cell's row has that is fed as a vector; 0 where rows are ids.
    public int width() {
        return single() ? 0 : code.width() + 1;
    }

    /// Behind the codes, and behind the mask where that is an id.
    @Override
    public int firstCondition() {
        return code.vocabulary() + (single() ? 1 : 0);
    }

    /// The share of steps that is done behind a step.
    @Override
    public double progress(int step) {
        return (step + 1.0) / steps;
    }

    /// How many cells are not known behind a step: a cosine of the share of steps, and fewer by one
    /// at least.
    ///
    /// @param begun how many were not known at the begin
    /// @param left how many are not known before the step
    public int left(int step, int begun, int left) {
        int most = (int) Math.floor(begun * Math.cos(Math.PI / 2 * progress(step)));
        return Math.max(0, Math.min(left - 1, most));
    }

    /// All codes of the cells that are not known: which of them stay is said by [#staying].
    @Override
    public List<Integer> drawn(int step, int... codes) {
        return IntStream.range(0, code.length())
                .filter(place -> codes[place] == PictureCode.UNKNOWN)
                .boxed()
                .toList();
    }

    /// Which guesses stay, in the order of their places.
    ///
    /// @param begun how many cells were not known at the begin
    /// @param guesses one for each code of all cells that are not known
    /// @param chance of the step
    List<Guess> staying(int step, int begun, List<Guess> guesses, Chance chance) {
        int each = code.perCell();
        double[] sure = new double[guesses.size() / each];
        for (int i = 0; i < guesses.size(); i++) {
            sure[i / each] += guesses.get(i).sure() / each;
        }
        return staying(step, begun, sure, chance).stream()
                .flatMap(cell -> guesses.subList(cell * each, (cell + 1) * each).stream())
                .toList();
    }

    /// Which cells stay, in ascending order.
    ///
    /// @param sure how sure each cell that is not known is of its guess, in nats
    /// @return indices of `sure`
    List<Integer> staying(int step, int begun, double[] sure, Chance chance) {
        int count = sure.length - left(step, begun, sure.length);
        double temperature = choice * (1 - progress(step));
        if (temperature == 0) {
            return IntStream.range(0, sure.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(cell -> -sure[cell]))
                    .limit(count)
                    .sorted()
                    .toList();
        }
        List<Integer> open = new ArrayList<>(IntStream.range(0, sure.length).boxed().toList());
        List<Integer> staying = new ArrayList<>();
        while (staying.size() < count) {
            double best = open.stream().mapToDouble(cell -> sure[cell]).max().orElseThrow();
            double[] weights =
                    open.stream()
                            .mapToDouble(cell -> Math.exp((sure[cell] - best) / temperature))
                            .toArray();
            staying.add(open.remove(/* index */ chance.pick(weights, staying.size())));
        }
        return staying.stream().sorted().toList();
    }

    @Override
    public Span span(int place) {
        return code.span(place % code.perCell());
    }

    /// The condition, which stays.
    @Override
    public Optional<Query> opening(int condition) {
        return Optional.of(FlowMasks.condition(condition, cells()));
    }

    /// Feeds the whole grid and asks about all that is not known.
    @Override
    public Query query(int step, int condition, int[] codes, int cached) {
        int each = code.perCell();
        List<Want> wants = new ArrayList<>();
        for (int place : drawn(step, codes)) {
            wants.add(new Want.Law(place / each, span(place).from(), span(place).to()));
        }
        return new Query(
                single() ? new Input.Ids(Tokens.of(ids(codes))) : Input.Vectors.of(vectors(codes)),
                Optional.of(Tokens.of(IntStream.range(0, cells()).toArray())),
                Visibility.FULL,
                wants);
    }

    /// The condition's row.
    @Override
    public int kept(int cached) {
        return 1;
    }

    @Override
    public int mostRows() {
        return 1 + cells();
    }

    @Override
    public List<Optional<Spot>> spots() {
        return Spot.behindCondition(Spot.grid(0, code.down(), code.across(), 1));
    }

    @Override
    public Lesson lesson() {
        int rows = mostRows();
        int each = code.perCell();
        boolean[] seen = new boolean[rows * rows];
        Arrays.fill(seen, rows, seen.length, true);
        seen[0] = true;
        return new Lesson(
                IntStream.range(0, rows).map(row -> row == 0 ? cells() : row - 1).toArray(),
                seen,
                IntStream.range(0, code.length())
                        .mapToObj(place -> List.of(new Voice(1 + place / each, 0)))
                        .toList());
    }

    /// Codes, and the mask where one is not known.
    @Override
    public int[] ids(int... codes) {
        return single()
                ? IntStream.of(codes)
                        .map(each -> each == PictureCode.UNKNOWN ? code.vocabulary() : each)
                        .toArray()
                : new int[0];
    }

    /// What cells are as numbers, and the mask where one is not known.
    @Override
    public float[][] vectors(int... codes) {
        int each = code.perCell();
        float[][] rows = new float[single() ? 0 : cells()][width()];
        for (int cell = 0; cell < rows.length; cell++) {
            int[] own = Arrays.copyOfRange(codes, cell * each, (cell + 1) * each);
            if (own[0] == PictureCode.UNKNOWN) {
                rows[cell][code.width()] = 1;
            } else {
                System.arraycopy(code.numbers(own), 0, rows[cell], 0, code.width());
            }
        }
        return rows;
    }
}
