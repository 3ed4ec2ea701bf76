package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.distribution.Categorical;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the next frame is expected to look like, given a frame and some patches of the next.
///
/// Of each other patch a world tells the law of its code, and what is expected is the mean of what
/// it may look like, which of all guesses has the least squared error. A code stands for many
/// patches that look nearly alike. Where the first frame shows that code, wherever a patch may lie,
/// its pixels speak for it, those of the nearest such place; else what was seen at the patch does,
/// changed by half of how the codes differ, since what is of another code has to come only as far
/// as where the one ends and the other begins. Of a world whose patches have several codes, the
/// first says which look is meant.
///
/// What is shown also tells how far the world is to be believed: each shown patch is asked for,
/// given the others, and of all mixtures of what the world expects with the frame before, the one
/// that comes nearest to them is taken for the rest. A world that knows nothing of a video, or a
/// video in which nothing happens, then costs little.
///
/// @param first pixels of frame 0, `[rows, columns, channels]`
/// @param next pixels of frame 1, of which only the shown patches are looked at
/// @param shown which patches of frame 1 are given
public record Expected(Raster first, Raster next, Mask shown) {
    private static final Moment.Frame FIRST = new Moment.Frame(0);
    private static final Moment.Frame NEXT = new Moment.Frame(1);
    private static final int WITNESSES = 16; // shown patches that are asked for, at most
    private static final int SUPPOSED = 6; // patches as which the first guess of trust counts
    private static final double EVEN = 0.5; // that guess

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

    /// What is expected of frame 1.
    ///
    /// @param frame shown patches as they are, the others as they are expected, where the world is
    ///   trusted as far as it should be
    /// @param alone the same where the world is trusted wholly
    /// @param trust how far it is trusted, in [0, 1]; the rest is the frame before
    public record Look(Raster frame, Raster alone, double trust) {}

    /// Looks ahead.
    ///
    /// @param world whom to ask
    /// @param more what else is given, such as the camera's motion
    public Look look(World world, Collection<Element> more) {
        Book book = world.book(World.RGB);
        List<Element> told =
                book.read(next, NEXT).stream().filter(each -> isShown(each.address())).toList();
        List<Address> open =
                world.cells(World.RGB, NEXT).stream().filter(at -> !isShown(at)).toList();
        if (open.isEmpty()) {
            return new Look(next, next, 1);
        }
        List<Element> witnesses = told.subList(0, Math.min(WITNESSES, told.size()));
        List<List<Categorical>> laws =
                world.ask(
                        belief -> {
                            belief.observe(more);
                            belief.observe(book.read(first, FIRST));
                            belief.observe(told.subList(witnesses.size(), told.size()));
                            return asked(belief, witnesses, open);
                        });
        Places places = new Places(book, first);
        List<float[]> rest = places.looks(laws.getFirst(), open);
        List<float[]> again = // what would have been expected of the witnesses
                places.looks(
                        laws.subList(1, laws.size()).stream().map(List::getFirst).toList(),
                        witnesses.stream().map(Element::address).toList());
        double trust = trust(book, witnesses, again, open, rest);
        return new Look(frame(book, open, rest, trust), frame(book, open, rest, 1), trust);
    }

    private boolean isShown(Address at) {
        return shown.has(at.y(), at.x());
    }

    /// The laws of what is open given all witnesses, and of each witness given the others.
    private static List<List<Categorical>> asked(
            Belief belief, List<Element> witnesses, List<Address> open) {
        List<Belief> beliefs = new ArrayList<>();
        try {
            List<List<Address>> questions = new ArrayList<>();
            beliefs.add(belief.branch().observe(witnesses));
            questions.add(open);
            for (Element witness : witnesses) {
                List<Element> others = new ArrayList<>(witnesses);
                others.remove(witness);
                beliefs.add(belief.branch().observe(others));
                questions.add(List.of(witness.address()));
            }
            return Belief.laws(beliefs, questions);
        } finally {
            beliefs.forEach(Belief::close);
        }
    }

    /// The share of the world's change that comes nearest to the change that came, by least squares
    /// over the witnesses; even as far as they are too few to tell.
    private double trust(
            Book book,
            List<Element> witnesses,
            List<float[]> again,
            List<Address> open,
            List<float[]> rest) {
        double agreed = 0;
        double changed = 0;
        for (int i = 0; i < witnesses.size(); i++) {
            Address at = witnesses.get(i).address();
            float[] was = book.patch(first, at);
            float[] came = book.patch(next, at);
            for (int j = 0; j < was.length; j++) {
                double change = again.get(i)[j] - was[j];
                agreed += change * (came[j] - was[j]);
                changed += change * change;
            }
        }
        double usual = 0; // how much the world changes a patch
        for (int i = 0; i < open.size(); i++) {
            float[] was = book.patch(first, open.get(i));
            for (int j = 0; j < was.length; j++) {
                double change = rest.get(i)[j] - was[j];
                usual += change * change / open.size();
            }
        }
        double least = Math.max(SUPPOSED * usual, Double.MIN_NORMAL);
        return Math.clamp((agreed + EVEN * least) / (changed + least), 0, 1);
    }

    private Raster frame(Book book, List<Address> open, List<float[]> rest, double trust) {
        Raster frame = Raster.of(next.rows(), next.columns(), next.channels(), next::at);
        for (int i = 0; i < open.size(); i++) {
            float[] was = book.patch(first, open.get(i));
            book.write(frame, open.get(i), toward(rest.get(i), was, trust));
        }
        return frame;
    }

    private static float[] toward(float[] to, float[] from, double share) {
        float[] between = from.clone();
        for (int i = 0; i < between.length; i++) {
            between[i] += (float) share * (to[i] - from[i]);
        }
        return between;
    }

    /// What codes look like, by a frame.
    private static final class Places {
        private static final double HALF = 0.5; // of how two codes differ

        /// Where a patch may lie, by its upper left pixel.
        private record Place(int y, int x) {}

        private final Book book;
        private final Raster frame;
        private final Map<Integer, List<Place>> of = new HashMap<>(); // by code

        Places(Book book, Raster frame) {
            this.book = book;
            this.frame = frame;
            for (int y = 0; y + book.side() <= frame.rows(); y++) {
                for (int x = 0; x + book.side() <= frame.columns(); x++) {
                    int code = book.codes(book.patch(frame, y, x)).get(0);
                    of.computeIfAbsent(code, _ -> new ArrayList<>()).add(new Place(y, x));
                }
            }
        }

        /// @param laws of the first codes of patches
        /// @param at where these are
        List<float[]> looks(List<Categorical> laws, List<Address> at) {
            List<float[]> looks = new ArrayList<>();
            for (int i = 0; i < at.size(); i++) {
                looks.add(mean(laws.get(i), at.get(i)));
            }
            return looks;
        }

        private float[] mean(Categorical law, Address at) {
            int top = at.y() * book.side();
            int left = at.x() * book.side();
            float[] was = book.patch(frame, at);
            float[] known = book.patch(Tokens.of(book.codes(was).get(0)));
            double[] probabilities = law.probabilities();
            float[] sum = new float[was.length];
            for (int i = 0; i < probabilities.length; i++) {
                List<Place> places = of.getOrDefault(law.id(i), List.of());
                float[] look =
                        places.isEmpty()
                                ? changed(was, known, book.patch(Tokens.of(law.id(i))))
                                : nearest(places, top, left);
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += (float) probabilities[i] * look[j];
                }
            }
            return sum;
        }

        private float[] nearest(List<Place> places, int top, int left) {
            Place best = places.getFirst();
            for (Place place : places) {
                if (far(place, top, left) < far(best, top, left)) {
                    best = place;
                }
            }
            return book.patch(frame, best.y, best.x);
        }

        private static int far(Place place, int top, int left) {
            return Math.abs(place.y - top) + Math.abs(place.x - left);
        }

        private static float[] changed(float[] was, float[] from, float[] to) {
            float[] changed = was.clone();
            for (int i = 0; i < changed.length; i++) {
                changed[i] += (float) HALF * (to[i] - from[i]);
            }
            return changed;
        }
    }
}
