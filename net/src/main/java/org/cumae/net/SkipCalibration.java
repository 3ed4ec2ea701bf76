package org.cumae.net;

import org.cumae.Check;
import org.cumae.model.Answer;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Query;
import org.cumae.model.Tokens;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Finds on some texts which feed-forward parts of a model may be left out, and what that costs.
///
/// A part that hardly turns a row, so that the row's cosine before and after it is near 1, is near
/// to doing nothing. Parts may be left out from the third layer on, and as far as the mean cosine
/// is not below its median over all layers.
///
/// @see <a href="https://arxiv.org/abs/2404.03865">FFN-SkipLLM 2024</a>
public final class SkipCalibration {
    private static final int COLD = 2; // first layers that always run
    private static final double LEAST_RISE = 0.5;
    private static final int HALVINGS = 16;
    private static final int FEW = 6; // texts by which a cosine is found

    private final Backbone backbone;
    private final List<Tokens> texts;
    private final int whole;
    private final double[] cosines; // mean, by layer

    /// What texts tell.
    ///
    /// @param backbone borrowed
    /// @param texts at least one, each of two tokens or more that the model holds
    /// @param whole how many positions from the beginning of a text leave nothing out
    /// @throws IllegalArgumentException if there is no text, or the model has too few layers
    public SkipCalibration(Backbone backbone, List<Tokens> texts, int whole) {
        Check.argument(!texts.isEmpty(), "there is no text to calibrate on; give one at least");
        int layers = backbone.config().layers();
        Check.argument(
                layers > COLD,
                "model %s has %d layers; the first %d always run, so none is left to leave out",
                backbone.config().name(),
                layers,
                COLD);
        this.backbone = backbone;
        this.texts = List.copyOf(texts);
        this.whole = whole;
        this.cosines = new double[layers];
        for (Tokens text : texts) {
            List<float[]> each = backbone.similarities(text.toArray());
            for (int layer = 0; layer < layers; layer++) {
                float[] rows = each.get(layer);
                double sum = IntStream.range(0, rows.length).mapToDouble(i -> rows[i]).sum();
                cosines[layer] += sum / rows.length / texts.size();
            }
        }
    }

    /// The mean cosine of rows before and after each layer's part.
    public double[] cosines() {
        return cosines.clone();
    }

    /// The first layer whose part may be left out.
    public int first() {
        return IntStream.range(COLD, cosines.length)
                .filter(layer -> cosines[layer] >= median())
                .findFirst()
                .orElse(COLD);
    }

    /// One past the last such layer.
    public int end() {
        return IntStream.iterate(cosines.length - 1, layer -> layer - 1)
                        .limit(cosines.length - (long) first())
                        .filter(layer -> cosines[layer] >= median())
                        .findFirst()
                        .orElse(first())
                + 1;
    }

    private double median() {
        double[] sorted = cosines.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /// Spearman's correlation of depth and cosine among layers that may be left out: the method
    /// presumes that it is near 1. NaN where there are fewer than two.
    public double rise() {
        List<Integer> layers = inside();
        List<Integer> sorted =
                layers.stream()
                        .sorted(Comparator.comparingDouble(layer -> cosines[layer]))
                        .toList();
        int n = layers.size();
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double apart = sorted.indexOf(layers.get(i)) - i;
            squares += apart * apart;
        }
        return n < 2 ? Double.NaN : 1 - 6 * squares / (n * ((double) n * n - 1));
    }

    /// Whether the cosine rises with depth, as the method presumes.
    public boolean rises() {
        return rise() > LEAST_RISE;
    }

    private List<Integer> inside() {
        return IntStream.range(first(), end()).boxed().toList();
    }

    /// A rule among the layers that may be left out.
    public Skipping of(Skipping.Rule rule) {
        return new Skipping(rule, first(), end(), whole);
    }

    /// The layers that turn rows least, about so many.
    ///
    /// @param share of all layers
    public Set<Integer> mostAlike(double share) {
        return inside().stream()
                .sorted(Comparator.comparingDouble(layer -> -cosines[layer]))
                .limit(Math.max(1, Math.round(share * cosines.length)))
                .collect(Collectors.toSet());
    }

    /// The rule that leaves a share of all parts out by what the one before did to a row, found
    /// with the rule at work.
    ///
    /// @param share of all parts and rows, in [0, 1]
    /// @throws IllegalArgumentException if even leaving out all that may be is less, naming what
    ///   can be reached
    public Skipping similar(double share) {
        List<Tokens> few = texts.subList(0, Math.min(FEW, texts.size()));
        double most = cost(of(Skipping.Similar.from(-1)), few).skipped();
        Check.argument(
                share >= 0 && share <= most,
                "a share of %s cannot be left out of model %s; at most %.3f can",
                share,
                backbone.config().name(),
                most);
        double low = -1;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (cost(of(Skipping.Similar.from(middle)), few).skipped() > share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return of(Skipping.Similar.from(high));
    }

    /// What a model that skips makes of the texts.
    ///
    /// @param surprise nats a token
    /// @param skipped share of all parts and rows that was left out
    public record Cost(double surprise, double skipped) {}

    /// What leaving out costs.
    public Cost cost(Skipping how) {
        return cost(how, texts);
    }

    private Cost cost(Skipping how, List<Tokens> some) {
        // the backbone stays open: whoever loaded it closes it
        Transformer model = new Transformer(backbone).skipping(how);
        double sum = 0;
        long terms = 0;
        for (Tokens text : some) {
            try (Context context = DirectContext.open(model)) {
                Answer answer = context.ask(Query.feed(text).wantingEveryLaw());
                for (int row = 0; row + 1 < text.size(); row++) {
                    sum -= answer.categorical(row).logProbability(text.get(row + 1));
                    terms++;
                }
            }
        }
        return new Cost(sum / terms, model.skipped());
    }
}
