package org.cumae.picture;

import org.cumae.Check;
import org.cumae.distribution.Vector;
import org.cumae.model.Answer;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;
import org.cumae.model.Want.Voice;
import org.cumae.order.Order;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Square after square of a grid, row by row: the values of a square come out of noise together, by
/// the same transformer that remembers the squares before it. Squares of side 1 are patches one by
/// one, and one square is plain flow matching.
///
/// @param latent whose grid
/// @param side of a square, in cells; those at the border may be smaller
/// @param past how the squares before are shown in training
/// @see <a href="https://arxiv.org/abs/2502.20388">Ren et al. 2025, xAR</a>
public record FlowCells(Latent latent, int side, Past past) implements FlowManner {
    /// How squares that come before are shown in training.
    public enum Past {
        /// On their own way from noise, each at a time of its own: the model learns not to trust
        /// them, as it should not when it has drawn them itself.
        NOISY,
        /// As they are, by rows of their own.
        CLEAN
    }

    /// Checks the side.
    ///
    /// @throws IllegalArgumentException if it is not positive, or larger than the grid
    public FlowCells {
        Check.argument(
                side > 0 && side <= Math.max(latent.down(), latent.across()),
                "squares have side %d on a grid of %d x %d; take [1, %d]",
                side,
                latent.down(),
                latent.across(),
                Math.max(latent.down(), latent.across()));
    }

    /// In which square each cell of the grid lies.
    public Order order() {
        int across = Math.ceilDiv(latent.across(), side);
        return new Order(
                IntStream.range(0, length())
                        .map(
                                cell ->
                                        cell / latent.across() / side * across
                                                + cell % latent.across() / side)
                        .boxed()
                        .toList());
    }

    @Override
    public int length() {
        return latent.length();
    }

    @Override
    public int steps() {
        return order().steps();
    }

    @Override
    public int mostRows() {
        return 1 + length();
    }

    @Override
    public List<Integer> drawn(int step) {
        return order().groups().get(step);
    }

    /// The condition, or the square before as it came out.
    @Override
    public List<Query> opening(int step, int condition, List<Vector> made, float... values) {
        if (step == 0) {
            return List.of(
                    new Query(
                            new Input.Ids(Tokens.of(condition)),
                            Optional.of(Tokens.of(length())),
                            Visibility.FULL,
                            List.of()));
        }
        List<Integer> before = drawn(step - 1);
        return List.of(
                query(before, 0, FlowManner.vectors(values, latent.width(), before), List.of()));
    }

    @Override
    public Query settling(int step, Answer opened, double time, List<Vector> values) {
        List<Integer> places = drawn(step);
        return query(
                places,
                time,
                values,
                IntStream.range(0, places.size()).mapToObj(Want.Velocity::new).toList());
    }

    private static Query query(
            List<Integer> places, double time, List<Vector> values, List<? extends Want> wants) {
        return new Query(
                new Input.Noised(values, Collections.nCopies(places.size(), time), List.of()),
                Optional.of(FlowManner.positions(places)),
                Visibility.FULL,
                List.copyOf(wants));
    }

    @Override
    public float[] values(float... picture) {
        return picture.clone();
    }

    @Override
    public float[] known(int steps, float... values) {
        float[] known = values.clone();
        List<Integer> ranks = order().ranks();
        for (int i = 0; i < known.length; i++) {
            if (ranks.get(i / latent.width()) >= steps) {
                known[i] = Float.NaN;
            }
        }
        return known;
    }

    @Override
    public int lead() {
        return 1;
    }

    /// With a clean past, clean rows come first, which see no noisy ones; noisy ones see clean ones
    /// of squares before theirs and noisy ones of their own.
    @Override
    public Lesson lesson() {
        List<Integer> ranks = order().ranks();
        int first = past == Past.CLEAN ? length() : 0; // clean rows
        int rows = 1 + first + length();
        int[] positions = new int[rows];
        boolean[] seen = new boolean[rows * rows];
        positions[0] = length();
        seen[0] = true;
        for (int row = 1; row < rows; row++) {
            positions[row] = (row - 1) % length();
            seen[row * rows] = true;
            int rank = ranks.get(positions[row]);
            boolean noisy = row > first;
            for (int column = 1; column < rows; column++) {
                int other = ranks.get((column - 1) % length());
                seen[row * rows + column] =
                        past == Past.NOISY || !noisy && column <= first
                                ? other <= rank
                                : noisy && (column > first ? other == rank : other < rank);
            }
        }
        return new Lesson(
                positions,
                seen,
                IntStream.range(0, length())
                        .mapToObj(cell -> List.of(new Voice(1 + first + cell, 0)))
                        .toList());
    }

    @Override
    public float[] rows(float... values) {
        if (past == Past.NOISY) {
            return values.clone();
        }
        float[] twice = Arrays.copyOf(values, 2 * values.length);
        System.arraycopy(values, 0, twice, values.length, values.length);
        return twice;
    }

    @Override
    public int noised() {
        return length();
    }

    @Override
    public Times times() {
        return Times.LOGIT_NORMAL;
    }
}
