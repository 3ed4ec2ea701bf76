package org.cumae.reproduce.picture;

import org.cumae.data.DataFolder;
import org.cumae.distribution.Sampling;
import org.cumae.image.Jury;
import org.cumae.image.PictureModel;
import org.cumae.image.PictureModel.Painted;
import org.cumae.image.PictureModel.Wish;
import org.cumae.image.Sheet;
import org.cumae.picture.FlowCells;
import org.cumae.psi.Raster;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Trial;
import org.cumae.train.picture.Likeness;
import org.cumae.unit.picture.PictureSet;
import org.cumae.world.Pictures;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Judges models of handwritten digits: reads real ones, trains a classifier on the first of them,
/// and holds made pictures against the last.
final class Judge implements AutoCloseable {
    static final String DIGITS = "images/mnist-t10k-images-idx3-ubyte.gz";
    private static final double HELD_OUT = 0.2;
    private static final double GUIDANCE = 1.5;
    private static final int SEEDS = 3;

    private final Trial trial;
    private final Jury jury;
    private final int count;

    /// What a model's pictures are worth.
    ///
    /// @param passes of one picture
    /// @param seconds of 64 side by side
    /// @param verdict of three seeds
    record Score(int passes, double seconds, Jury.Verdict verdict) {
        double features() {
            return verdict.features();
        }

        void table(String name, List<Figure> table) {
            table.add(new Figure(name + ", passes of a picture", passes, "passes"));
            table.add(new Figure(name + ", 64 pictures side by side", seconds, "s"));
            table.add(new Figure(name + ", distance of features", verdict.features(), "F-CNN"));
            table.add(new Figure(name + ", distance of pixels", verdict.pixels(), "F-PCA"));
            table.add(
                    new Figure(
                            name + ", read as what was asked for", 100 * verdict.accuracy(), "%"));
        }
    }

    Judge(Trial trial) {
        this.trial = trial;
        Path file = DataFolder.standard().find(DIGITS, (_, _) -> {});
        this.count = trial.quick() ? 150 : 1000;
        trial.progress().accept("training the classifier that judges");
        this.jury = Jury.train(PictureSet.read(file, 10_000), HELD_OUT, trial.quick() ? 4 : 8);
    }

    PictureSet training() {
        return jury.training();
    }

    PictureSet heldOut() {
        return jury.heldOut();
    }

    /// What digits pictures are taken for.
    List<Integer> read(List<Raster> pictures) {
        return jury.read(pictures);
    }

    /// How far real pictures are from others, and how many of them are read right.
    double floor(List<Figure> table) {
        Likeness real = jury.floor(count);
        table.add(new Figure("real digits read right", 100 * jury.eyesight(), "%"));
        table.add(new Figure("real digits, distance of features", real.features(), "F-CNN"));
        table.add(new Figure("real digits, distance of pixels", real.pixels(), "F-PCA"));
        return real.features();
    }

    /// Draws as many of each class and judges them.
    Score score(String name, PictureModel model) {
        drawn(model, 10, 99); // warms up
        long begin = System.nanoTime();
        List<Painted> shown = drawn(model, 64, 1);
        double seconds = (System.nanoTime() - begin) * 1e-9;
        Pictures.write(
                Sheet.of(64).of(shown.stream().map(Painted::picture).toList()),
                trial.folder().resolve(name.replace(' ', '-') + ".png"));
        List<Jury.Look> looks = new ArrayList<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            trial.progress().accept("%s draws, seed %d of %d".formatted(name, seed + 1, SEEDS));
            looks.add(look(model, GUIDANCE, 10 + seed));
        }
        return new Score(
                Math.toIntExact(shown.getFirst().ledger().forwards()),
                seconds,
                Jury.Verdict.of(looks));
    }

    private List<Painted> drawn(PictureModel model, int pictures, long seed) {
        return model.draw(Wish.each(model, pictures, GUIDANCE, Sampling.PLAIN, seed));
    }

    /// Looks once at what is drawn, guided so much.
    Jury.Look look(PictureModel model, double guidance, long seed) {
        return jury.look(model, guidance, Sampling.PLAIN, count, seed);
    }

    /// How far each square is from the same square of real pictures, in the order of drawing: the
    /// Fréchet distance of its pixels.
    List<Double> drift(PictureModel model, FlowCells manner) {
        trial.progress().accept("measuring squares");
        List<Raster> made = drawn(model, count, 10).stream().map(Painted::picture).toList();
        List<Raster> real = heldOut().pictures().subList(0, count);
        return IntStream.range(0, manner.steps())
                .mapToObj(
                        step ->
                                Likeness.frechet(
                                        pixels(real, manner, step), pixels(made, manner, step)))
                .toList();
    }

    /// `[picture][pixels of the square]`.
    private static double[][] pixels(List<Raster> pictures, FlowCells manner, int step) {
        int side = manner.latent().rows() / manner.latent().down();
        int across = manner.latent().across();
        return pictures.stream()
                .map(
                        picture ->
                                manner.drawn(step).stream()
                                        .flatMapToDouble(
                                                cell ->
                                                        IntStream.range(0, side * side)
                                                                .mapToDouble(
                                                                        i ->
                                                                                Math.clamp(
                                                                                        picture.at(
                                                                                                cell
                                                                                                                / across
                                                                                                                * side
                                                                                                        + i
                                                                                                                / side,
                                                                                                cell
                                                                                                                % across
                                                                                                                * side
                                                                                                        + i
                                                                                                                % side,
                                                                                                0),
                                                                                        0,
                                                                                        1)))
                                        .toArray())
                .toArray(double[][]::new);
    }

    @Override
    public void close() {
        jury.close();
    }
}
