package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.distribution.Categorical;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the next frame is expected to look like, given a frame and some patches of the next: of
/// each other patch the mean of what it may be, which of all guesses has the least squared error.
///
/// A code stands for many patches that look nearly alike. Where the first frame shows a patch of
/// that code, its pixels speak for the code, those of the nearest such patch; else what was seen at
/// the place does, changed as the code differs from the one it had. So what stood still, moved
/// whole or changed a little loses nothing by having been coded. Of a world whose patches have
/// several codes, the first says which patch is meant.
///
/// @param first pixels of frame 0, `[rows, columns, channels]`
/// @param next pixels of frame 1, of which only the shown patches are looked at
/// @param shown which patches of frame 1 are given
public record Expected(Raster first, Raster next, Mask shown) {
    private static final Moment.Frame FIRST = new Moment.Frame(0);
    private static final Moment.Frame NEXT = new Moment.Frame(1);

    /// Checks the shapes.
    ///
    /// @throws IllegalArgumentException if the frames differ in shape
    public Expected {
        Check.argument(
                first.rows() == next.rows()
                        && first.columns() == next.columns()
                        && first.channels() == next.channels(),
                "frame 0 has %d x %d pixels and frame 1 %d x %d; both must have one size",
                first.columns(),
                first.rows(),
                next.columns(),
                next.rows());
    }

    /// The look of frame 1: shown patches as they are, the others as they are expected.
    ///
    /// @param world whom to ask
    /// @param more what else is given, such as the camera's motion
    public Raster look(World world, Collection<Element> more) {
        Book book = world.book(World.RGB);
        List<Element> before = book.read(first, FIRST);
        Canvas known = new Canvas(world.layout());
        more.forEach(known::observe);
        before.forEach(known::observe);
        book.read(next, NEXT).stream().filter(this::isShown).forEach(known::observe);
        List<Address> open = known.unknown(world.cells(World.RGB, NEXT));
        List<Categorical> laws =
                open.isEmpty()
                        ? List.of()
                        : world.ask(belief -> belief.observe(known.elements()).laws(open));
        Raster look = Raster.of(next.rows(), next.columns(), next.channels(), next::at);
        for (int i = 0; i < open.size(); i++) {
            book.write(look, open.get(i), mean(book, laws.get(i), open.get(i), before));
        }
        return look;
    }

    private boolean isShown(Element element) {
        return shown.has(element.address().y(), element.address().x());
    }

    /// @param law of a patch's first code
    /// @param at where the patch is
    /// @param before the patches of frame 0
    private float[] mean(Book book, Categorical law, Address at, List<Element> before) {
        List<Element> nearest = new ArrayList<>(before);
        nearest.sort(
                Comparator.comparingInt(
                        each ->
                                Math.abs(each.address().y() - at.y())
                                        + Math.abs(each.address().x() - at.x())));
        Map<Integer, Address> shows = new HashMap<>(); // the nearest patch of each code
        nearest.forEach(each -> shows.putIfAbsent(each.codes().get(0), each.address()));
        Element here = nearest.getFirst();
        float[] was = book.patch(first, here.address());
        float[] known = book.patch(Tokens.of(here.codes().get(0)));
        double[] probabilities = law.probabilities();
        float[] sum = new float[book.side() * book.side() * book.channels()];
        for (int i = 0; i < probabilities.length; i++) {
            int code = law.id(i);
            Address like = shows.get(code);
            float[] patch =
                    like == null
                            ? changed(was, known, book.patch(Tokens.of(code)))
                            : book.patch(first, like);
            for (int j = 0; j < sum.length; j++) {
                sum[j] += (float) probabilities[i] * patch[j];
            }
        }
        return sum;
    }

    private static float[] changed(float[] was, float[] from, float[] to) {
        float[] changed = was.clone();
        for (int i = 0; i < changed.length; i++) {
            changed[i] += to[i] - from[i];
        }
        return changed;
    }
}
