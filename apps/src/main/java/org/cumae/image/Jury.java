package org.cumae.image;

import org.cumae.Check;
import org.cumae.distribution.Sampling;
import org.cumae.image.PictureModel.Painted;
import org.cumae.image.PictureModel.Wish;
import org.cumae.psi.Raster;
import org.cumae.train.picture.Classifier;
import org.cumae.train.picture.Likeness;
import org.cumae.unit.picture.PictureSet;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Holds made pictures against real ones: a classifier that is trained on some says what each is
/// taken for, and through its features and by their pixels all are compared with others.
public final class Jury implements AutoCloseable {
    private final PictureSet training;
    private final PictureSet heldOut;
    private final Classifier eyes;

    private Jury(PictureSet training, PictureSet heldOut, Classifier eyes) {
        this.training = training;
        this.heldOut = heldOut;
        this.eyes = eyes;
    }

    /// Trains one.
    ///
    /// @param all real pictures
    /// @param share of the last of them that nothing is learned from, in (0, 1)
    /// @param epochs how often the classifier sees each of the others
    public static Jury train(PictureSet all, double share, int epochs) {
        Check.argument(share > 0 && share < 1, "held-out is %s; it must be in (0, 1)", share);
        int kept = (int) Math.round(all.size() * (1 - share));
        PictureSet training = all.part(0, kept);
        return new Jury(
                training, all.part(kept, all.size()), Classifier.learn(training, epochs, 1));
    }

    /// What the classifier has seen.
    public PictureSet training() {
        return training;
    }

    /// What it has not.
    public PictureSet heldOut() {
        return heldOut;
    }

    /// The share of held-out pictures that are taken for what they are.
    public double eyesight() {
        return eyes.accuracy(heldOut);
    }

    /// What classes pictures are taken for.
    public List<Integer> read(List<Raster> pictures) {
        return eyes.classes(pictures);
    }

    /// How far real pictures are from other real ones.
    ///
    /// @param count of each side
    public Likeness floor(int count) {
        return likeness(some(training, count));
    }

    /// How far made pictures are from as many real ones.
    public Likeness likeness(List<Raster> made) {
        return Likeness.of(eyes, some(heldOut, made.size()), made);
    }

    private static List<Raster> some(PictureSet set, int count) {
        Check.argument(
                count <= set.size(),
                "%d pictures are to be held against as many real ones, and there are %d; take fewer",
                count,
                set.size());
        return set.pictures().subList(0, count);
    }

    /// What pictures of a model are worth.
    ///
    /// @param likeness how far they are from real ones
    /// @param accuracy the share that is read as what was asked for
    /// @param painted all of them
    public record Look(Likeness likeness, double accuracy, List<Painted> painted) {}

    /// What pictures of several seeds are worth.
    ///
    /// @param features the middle Fréchet distance of features
    /// @param pixels the same of pixels
    /// @param accuracy the mean share that is read as what was asked for
    public record Verdict(double features, double pixels, double accuracy) {
        /// Of looks at one model.
        public static Verdict of(List<Look> looks) {
            return new Verdict(
                    middle(looks, look -> look.likeness().features()),
                    middle(looks, look -> look.likeness().pixels()),
                    looks.stream().mapToDouble(Look::accuracy).average().orElseThrow());
        }

        private static double middle(List<Look> looks, ToDoubleFunction<Look> of) {
            double[] sorted = looks.stream().mapToDouble(of).sorted().toArray();
            return sorted[sorted.length / 2];
        }
    }

    /// Has as many of each class drawn, side by side, and looks at them.
    ///
    /// @param guidance to the class; 1 is none
    /// @param sampling how a code is drawn
    /// @param count how many
    public Look look(PictureModel model, double guidance, Sampling sampling, int count, long seed) {
        Check.argument(
                model.classes().equals(training.classes()),
                "model %s draws %s and the pictures are of %s; judge it by what it learned from",
                model.name(),
                model.classes(),
                training.classes());
        List<Wish> wishes = Wish.each(model, count, guidance, sampling, seed);
        List<Painted> painted = model.draw(wishes);
        List<Raster> made = painted.stream().map(Painted::picture).toList();
        List<Integer> read = eyes.classes(made);
        long right =
                IntStream.range(0, count)
                        .filter(i -> read.get(i) == wishes.get(i).label().orElseThrow())
                        .count();
        return new Look(likeness(made), (double) right / count, painted);
    }

    @Override
    public void close() {
        eyes.close();
    }
}
