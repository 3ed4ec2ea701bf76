package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;

import java.util.List;

/// How a patch is changed to see where the change goes.
@FunctionalInterface
public interface Perturbation {
    /// Another value for a patch.
    ///
    /// @param world whose patch
    /// @param frame the frame that it is part of
    /// @param patch it and its value
    /// @param noise for what is left to chance
    Tokens of(World world, Canvas frame, Element patch, Noise noise);

    /// The codes of another patch of the same frame, each other value in proportion to how often it
    /// occurs: a value that the model has surely seen.
    ///
    /// @throws IllegalArgumentException if all patches of the frame are alike
    static Tokens frequent(World world, Canvas frame, Element patch, Noise noise) {
        List<Tokens> others =
                world.elements(frame, patch.address().type(), patch.address().moment()).stream()
                        .map(Element::codes)
                        .filter(codes -> !codes.equals(patch.codes()))
                        .toList();
        Check.argument(
                !others.isEmpty(),
                "all patches of frame %s are alike; there is nothing to trace",
                patch.address().moment());
        return others.get((int) (noise.uniform(0) * others.size()));
    }

    /// White Gaussian light in the middle of the patch, as the paper puts it on a picture, as the
    /// type's book reads it; the nearest other codes where it reads the same as before.
    ///
    /// @param amplitude added to each channel in the middle, 1 for white
    /// @param sigma in cells of the picture
    static Perturbation bump(double amplitude, double sigma) {
        return (world, frame, patch, noise) -> {
            Book book = world.book(patch.address().type());
            float[] lit = book.patch(patch.codes());
            double middle = (book.side() - 1) / 2.0;
            for (int i = 0; i < lit.length; i++) {
                int cell = i / book.channels();
                int row = cell / book.side();
                double y = row - middle;
                double x = cell % book.side() - middle;
                lit[i] += (float) (amplitude * Math.exp(-(y * y + x * x) / (2 * sigma * sigma)));
            }
            Tokens codes = book.codes(lit);
            return codes.equals(patch.codes()) ? frequent(world, frame, patch, noise) : codes;
        };
    }
}
