package org.cumae.reproduce.diffusion;

import org.cumae.distribution.Categorical;
import org.cumae.model.Answer;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.net.Backbone;
import org.cumae.net.Skipping;
import org.cumae.net.Transformer;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.diffusion.School.Shape;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A deep, narrow next-token model that is made on the spot, whose feed-forward parts are left out
/// by what they did to a row, in fixed layers, and by chance, as many of them each time.
///
/// @see <a href="https://arxiv.org/abs/2404.03865">FFN-SkipLLM 2024</a>
public final class SkippedParts implements Reproduction {
    private static final Shape DEEP = new Shape(12, 64);
    private static final int COLD = 2; // layers at either end that always run
    private static final int WHOLE = 4; // positions that leave nothing out
    private static final List<Double> SHARES = List.of(0.05, 0.15, 0.25);
    private static final int HALVINGS = 16;
    private static final int FEW = 6; // windows by which a cosine is found

    @Override
    public int method() {
        return 35;
    }

    @Override
    public String claim() {
        return "Feed-forward parts can be left out for rows that they hardly turn, at less cost than the"
                + " same share of parts in fixed layers, and that at less than by chance (here, a model"
                + " of 12 layers made on the spot, a quarter of the parts: held-out surprise by the"
                + " rule no higher than in fixed layers, and that no higher than by chance; and the"
                + " cosine before and after a part rises with depth between the outer layers)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Task> tasks = List.of(Task.COUNTING, Task.RECORDS, Task.SUMS);
        try (School school = new School(tasks, trial.progress())) {
            Path path = school.plain("next tokens", DEEP, trial.quick() ? 500 : 2500);
            List<Tokens> windows = school.heldOut(trial.quick() ? 24 : 80);
            try (Backbone backbone = Backbone.load(path)) {
                trial.progress().accept("similarities");
                double[] alike = alike(backbone, windows);
                Bench bench = new Bench(backbone, windows);
                List<Figure> table = new ArrayList<>();
                for (int layer = 0; layer < alike.length; layer++) {
                    table.add(new Figure("cosine, layer %d".formatted(layer), alike[layer], ""));
                }
                double rise = rise(alike);
                table.add(new Figure("rank correlation of depth and cosine, inside", rise, ""));
                double full = bench.surprise(rule(new Skipping.Fixed(Set.of())));
                table.add(new Figure("nothing left out", full, "nats/token"));
                double ruled = 0;
                double fixed = 0;
                double blind = 0;
                for (double share : SHARES) {
                    trial.progress().accept("%.0f %% left out".formatted(100 * share));
                    Skipping layers = rule(new Skipping.Fixed(mostAlike(alike, share)));
                    double reached = bench.skipped(layers); // whole layers: the nearest share
                    double least = bench.least(reached);
                    Skipping similar = rule(Skipping.Similar.from(least));
                    Skipping any =
                            rule(
                                    new Skipping.AnyPart(
                                            Math.min(
                                                    reached
                                                            * DEEP.layers()
                                                            / (DEEP.layers() - 2.0 * COLD),
                                                    1)));
                    ruled = bench.surprise(similar);
                    fixed = bench.surprise(layers);
                    blind = bench.surprise(any);
                    String name = "%.0f %%".formatted(100 * reached);
                    table.add(new Figure(name + ", least cosine", least, ""));
                    table.add(
                            new Figure(name + ", by the rule: share", bench.skipped(similar), ""));
                    table.add(new Figure(name + ", by the rule", ruled, "nats/token"));
                    table.add(new Figure(name + ", fixed layers", fixed, "nats/token"));
                    table.add(new Figure(name + ", by chance: share", bench.skipped(any), ""));
                    table.add(new Figure(name + ", by chance", blind, "nats/token"));
                }
                boolean holds = ruled <= fixed && fixed <= blind && rise > 0.5;
                return new Outcome(
                        new Figure("by chance, a quarter", blind, "nats/token"),
                        new Figure("by the rule, a quarter", ruled, "nats/token"),
                        holds,
                        table);
            }
        }
    }

    private static Skipping rule(Skipping.Rule rule) {
        return new Skipping(rule, COLD, DEEP.layers() - COLD, WHOLE);
    }

    /// The mean cosine by layer.
    private static double[] alike(Backbone backbone, List<Tokens> windows) {
        double[] means = new double[DEEP.layers()];
        for (Tokens window : windows) {
            List<float[]> layers = backbone.similarities(window.toArray());
            for (int layer = 0; layer < means.length; layer++) {
                float[] rows = layers.get(layer);
                double sum = IntStream.range(0, rows.length).mapToDouble(i -> rows[i]).sum();
                means[layer] += sum / rows.length / windows.size();
            }
        }
        return means;
    }

    /// Spearman's correlation of depth and cosine between the outer layers.
    private static double rise(double[] alike) {
        List<Integer> order = inside();
        List<Integer> sorted =
                order.stream().sorted(Comparator.comparingDouble(layer -> alike[layer])).toList();
        int n = order.size();
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double apart = sorted.indexOf(order.get(i)) - i;
            squares += apart * apart;
        }
        return 1 - 6 * squares / (n * ((double) n * n - 1));
    }

    private static List<Integer> inside() {
        return IntStream.range(COLD, DEEP.layers() - COLD).boxed().toList();
    }

    private static Set<Integer> mostAlike(double[] alike, double share) {
        return inside().stream()
                .sorted(Comparator.comparingDouble(layer -> -alike[layer]))
                .limit(Math.max(1, Math.round(share * DEEP.layers())))
                .collect(Collectors.toSet());
    }

    /// Held-out text under a model that skips.
    private record Bench(Backbone backbone, List<Tokens> windows) {
        private double[] measured(Skipping how) {
            // the backbone stays open: whoever loaded it closes it
            Transformer model = new Transformer(backbone).skipping(how);
            double sum = 0;
            long terms = 0;
            for (Tokens window : windows) {
                try (Context context = DirectContext.open(model)) {
                    Answer answer = context.ask(Query.feed(window).wantingEveryLaw());
                    for (int row = 0; row + 1 < window.size(); row++) {
                        Categorical law = answer.categorical(row);
                        sum -= law.logProbability(window.get(row + 1));
                        terms++;
                    }
                }
            }
            return new double[] {sum / terms, model.skipped()};
        }

        double surprise(Skipping how) {
            return measured(how)[0];
        }

        double skipped(Skipping how) {
            return measured(how)[1];
        }

        /// The cosine from which on a share of the parts is left out, with the rule at work.
        double least(double share) {
            Bench few = new Bench(backbone, windows.subList(0, Math.min(FEW, windows.size())));
            double low = 0.3;
            double high = 1;
            for (int i = 0; i < HALVINGS; i++) {
                double middle = (low + high) / 2;
                if (few.skipped(rule(Skipping.Similar.from(middle))) > share) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return high;
        }
    }
}
