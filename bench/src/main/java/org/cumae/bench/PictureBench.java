package org.cumae.bench;

import org.cumae.Check;
import org.cumae.distribution.Sampling;
import org.cumae.image.PictureFolder;
import org.cumae.image.PictureModel;
import org.cumae.image.PictureModel.Painted;
import org.cumae.image.PictureModel.Wish;
import org.cumae.torch.Processor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/// Pictures a second of requests that come together, beside the same requests one after the other:
/// `cumae bench pictures digits-raster digits-rings`.
///
/// Both draw the same pictures, and a run in which one of them differs is refused. All models are
/// measured in turns, so that their speeds can be held against each other.
public final class PictureBench {
    private static final double GUIDANCE = 2.5;
    private static final long SEED = 1;

    private final SortedMap<String, Path> models;
    private final int requests;
    private final int threads;
    private final Timing timing;
    private final Consumer<String> progress;

    /// A bench of some models.
    ///
    /// @param models folders, by what rows call them
    /// @param requests how many come together
    /// @param threads native threads
    /// @param quick one run of each after a first that does not count
    /// @param progress is told what is being measured
    /// @throws IllegalArgumentException if there is no model, or a number is below 1
    public PictureBench(
            Map<String, Path> models,
            int requests,
            int threads,
            boolean quick,
            Consumer<String> progress) {
        Check.argument(!models.isEmpty(), "there is no model to measure; name one or more");
        Check.argument(
                requests > 0 && threads > 0,
                "%d requests, %d threads; each must be 1 or more",
                requests,
                threads);
        this.models = new TreeMap<>(models);
        this.requests = requests;
        this.threads = threads;
        this.timing =
                quick
                        ? new Timing(Duration.ofMillis(1), 1, Duration.ofSeconds(120))
                        : new Timing(Duration.ofSeconds(20), 5, Duration.ofSeconds(600));
        this.progress = progress;
    }

    /// Measures.
    public BenchReport run() {
        Processor.useThreads(threads);
        List<PictureModel> open = new ArrayList<>();
        try {
            List<String> names = new ArrayList<>();
            List<DoubleSupplier> measured = new ArrayList<>();
            for (Map.Entry<String, Path> each : models.entrySet()) {
                String name = each.getKey();
                names.add(name);
                PictureModel model = PictureFolder.open(each.getValue());
                open.add(model);
                List<Wish> wishes = Wish.each(model, requests, GUIDANCE, Sampling.PLAIN, SEED);
                List<Painted> alone = new ArrayList<>();
                measured.add(
                        () -> {
                            progress.accept("%s, one after the other".formatted(name));
                            alone.clear();
                            long begin = System.nanoTime();
                            for (Wish wish : wishes) {
                                alone.addAll(model.draw(List.of(wish)));
                            }
                            return perSecond(begin);
                        });
                measured.add(
                        () -> {
                            progress.accept("%s, %d at once".formatted(name, requests));
                            long begin = System.nanoTime();
                            List<Painted> together = model.draw(wishes);
                            double speed = perSecond(begin);
                            requireAlike(name, alone, together);
                            return speed;
                        });
            }
            List<Double> medians = timing.medians(measured);
            List<BenchRow> rows = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                String subject =
                        "%s, %d requests of %d steps"
                                .formatted(names.get(i), requests, open.get(i).manner().steps());
                rows.add(
                        BenchRow.of("pictures", subject, medians.get(2 * i + 1), "pictures/s")
                                .beside("one after the other", medians.get(2 * i)));
            }
            return new BenchReport("pictures", Machine.describe(), rows);
        } finally {
            open.forEach(PictureModel::close);
        }
    }

    private double perSecond(long begin) {
        return requests / ((System.nanoTime() - begin) * 1e-9);
    }

    /// A picture does not depend on what is drawn beside it.
    private static void requireAlike(String name, List<Painted> alone, List<Painted> together) {
        int differ = 0;
        for (int i = 0; i < alone.size(); i++) {
            differ += alone.get(i).picture().equals(together.get(i).picture()) ? 0 : 1;
        }
        Check.state(
                differ == 0,
                "%s: %d of %d pictures differ when they are drawn at once",
                name,
                differ,
                alone.size());
    }
}
