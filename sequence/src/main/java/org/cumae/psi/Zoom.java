package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Moment;

import java.util.ArrayList;
import java.util.List;

/// Traces a point of a picture more finely than a patch: round after round both pictures are
/// cropped, the first around the point, the second around where it was last found, and what is
/// cropped is shown to the world at the size of its frames (the multi-scale recipe of arXiv
/// 2507.09082).
///
/// From the second round on, the patches around where the point is thought to be are not revealed:
/// else the world would copy what it sees there, and nothing would answer.
///
/// @param rounds how many; the first looks at the whole pictures
/// @param shrink the sides of a round's crop in those of the one before, in (0, 1)
public record Zoom(int rounds, double shrink) {
    /// Four rounds, each a quarter smaller.
    public static final Zoom DEFAULT = new Zoom(4, 0.75);

    private static final Moment.Frame FIRST = new Moment.Frame(0);
    private static final Moment.Frame SECOND = new Moment.Frame(1);
    private static final int AROUND = 1; // patches on each side that stay hidden

    /// Checks the ranges.
    public Zoom {
        Check.argument(rounds > 0, "%d rounds; one or more are needed", rounds);
        Check.argument(
                shrink > 0 && shrink < 1, "a round shrinks to %s; it must lie in (0, 1)", shrink);
    }

    /// Where a point went.
    ///
    /// @param y row of the second picture, in pixels
    /// @param x column of it
    /// @param visible whether the first round, which sees all, says so
    /// @param boxes what each round looked at in the second picture
    public record Found(double y, double x, boolean visible, List<Box> boxes) {
        /// Copies the list.
        public Found {
            boxes = List.copyOf(boxes);
        }
    }

    /// Traces a point.
    ///
    /// @param world whom to ask
    /// @param tracing how, in each round
    /// @param first a picture of any size
    /// @param second one of the same size
    /// @param y row of the point in the first, in pixels
    /// @param x column of it
    /// @throws IllegalArgumentException if the point is outside the picture, or the sizes differ
    public Found trace(
            World world, Tracing tracing, Raster first, Raster second, double y, double x) {
        Check.argument(
                first.rows() == second.rows() && first.columns() == second.columns(),
                "the first picture is %s and the second %s; they must be of one size",
                first,
                second);
        Check.argument(
                y >= 0 && y < first.rows() && x >= 0 && x < first.columns(),
                "point (%s, %s) is outside a picture of %d rows and %d columns",
                y,
                x,
                first.rows(),
                first.columns());
        Book book = world.book(World.RGB);
        int rows = book.type().rows();
        int columns = book.type().columns();
        double foundY = y;
        double foundX = x;
        boolean visible = false;
        List<Box> boxes = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double share = Math.pow(shrink, round);
            Box from = Box.all(first).around(share, y, x);
            Box to = Box.all(second).around(share, foundY, foundX);
            boxes.add(to);
            Canvas seen = new Canvas(world.layout());
            book.read(cropped(first, from, book), FIRST).forEach(seen::observe);
            book.read(cropped(second, to, book), SECOND).forEach(seen::observe);
            double down = from.down(y) * rows;
            double across = from.across(x) * columns;
            Address point = new Address(World.RGB, FIRST, (int) down, (int) across);
            Mask hidden = around(book, to.down(foundY) * rows, to.across(foundX) * columns, round);
            Tracing.Trace trace =
                    tracing.trace(world, seen, List.of(point), SECOND, hidden).traces().getFirst();
            foundY = to.y(Math.clamp((trace.y() + down - point.y()) / rows, 0, 1));
            foundX = to.x(Math.clamp((trace.x() + across - point.x()) / columns, 0, 1));
            visible |= round == 0 && trace.visible();
        }
        return new Found(foundY, foundX, visible, boxes);
    }

    private static Raster cropped(Raster picture, Box box, Book book) {
        int side = book.side();
        return picture.resampled(box, book.type().rows() * side, book.type().columns() * side);
    }

    private static Mask around(Book book, double down, double across, int round) {
        return Mask.of(
                book.type().rows(),
                book.type().columns(),
                (y, x) ->
                        round > 0
                                && Math.abs(y - Math.floor(down)) <= AROUND
                                && Math.abs(x - Math.floor(across)) <= AROUND);
    }
}
