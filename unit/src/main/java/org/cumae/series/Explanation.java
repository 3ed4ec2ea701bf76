package org.cumae.series;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A sum over the terms of a series and what is known beside it, one weight for each of its
/// columns: a level, the trend's, each season's, one for each regressor.
///
/// @see <a href="https://arxiv.org/abs/2111.15397">Triebe et al. 2021, NeuralProphet</a>, which
///   adds up the same
public final class Explanation {
    private final Series learned;
    private final List<Regressor> regressors;
    private final List<Normal> spreads; // of the regressors
    private final Terms terms;
    private final List<Part> parts = new ArrayList<>();
    private final double[] weights;

    /// Some columns and what they are called.
    private record Part(String name, int from, int to) {}

    /// What a regressor does.
    ///
    /// @param name which
    /// @param perUnit how much is added for each unit of it
    public record Effect(String name, double perUnit) {}

    /// Says which columns there are; their weights are 0.
    ///
    /// @throws IllegalArgumentException if a regressor has no known value
    public Explanation(Observed observed, Terms terms) {
        this.learned = observed.series();
        this.regressors = observed.regressors();
        this.spreads = regressors.stream().map(each -> each.spread(learned.length())).toList();
        this.terms = terms;
        part(terms.trend() == Trend.NONE ? "level" : "trend", 1 + terms.trend().width());
        terms.seasons().forEach(season -> part(season.word(), season.width()));
        regressors.forEach(regressor -> part(regressor.name(), 1));
        weights = new double[parts.getLast().to()];
    }

    private Explanation(Explanation columns, double... weights) {
        Check.argument(
                weights.length == columns.width(),
                "%d weights for %d columns",
                weights.length,
                columns.width());
        this.learned = columns.learned;
        this.regressors = columns.regressors;
        this.spreads = columns.spreads;
        this.terms = columns.terms;
        this.parts.addAll(columns.parts);
        this.weights = weights.clone();
    }

    private void part(String name, int width) {
        int from = parts.isEmpty() ? 0 : parts.getLast().to();
        parts.add(new Part(name, from, from + width));
    }

    /// The same columns with weights.
    public Explanation with(double... weights) {
        return new Explanation(this, weights);
    }

    /// How many columns.
    public int width() {
        return weights.length;
    }

    /// Whether a column lets the trend bend, which is to cost something: a bend near the end says
    /// much of what is ahead and rests on few values.
    public boolean bends(int column) {
        return terms.trend() == Trend.BENDS && column > 1 && column < 1 + terms.trend().width();
    }

    /// The columns at a time; NaN where a regressor is not known.
    ///
    /// @param index from 0, the first value that was learned; behind the last one too
    public double[] columns(int index) {
        double[] columns = new double[weights.length];
        columns[0] = 1;
        terms.trend().write((double) index / learned.length(), columns, 1);
        int at = 1 + terms.trend().width();
        for (Season season : terms.seasons()) {
            season.write(learned.time(index), columns, at);
            at += season.width();
        }
        for (int i = 0; i < regressors.size(); i++) {
            Normal spread = spreads.get(i);
            columns[at + i] = (regressors.get(i).value(index) - spread.mean()) / spread.deviation();
        }
        return columns;
    }

    /// What is explained at a time; NaN where a regressor is not known.
    ///
    /// @param index as [#columns]
    public double at(int index) {
        return sum(columns(index), 0, weights.length);
    }

    /// What each part adds at a time: the trend (or the level), the seasons, the regressors.
    ///
    /// @param index as [#columns]
    public Map<String, Double> parts(int index) {
        double[] columns = columns(index);
        Map<String, Double> sums = new LinkedHashMap<>();
        parts.forEach(part -> sums.put(part.name(), sum(columns, part.from(), part.to())));
        return sums;
    }

    private double sum(double[] columns, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += weights[i] * columns[i];
        }
        return sum;
    }

    /// What each regressor does.
    public List<Effect> effects() {
        List<Effect> effects = new ArrayList<>();
        int at = weights.length - regressors.size();
        for (int i = 0; i < regressors.size(); i++) {
            effects.add(
                    new Effect(
                            regressors.get(i).name(),
                            weights[at + i] / spreads.get(i).deviation()));
        }
        return effects;
    }

    /// How many steps behind the first learned value a series begins.
    ///
    /// @throws IllegalArgumentException if it is on another grid, or begins before
    public int offset(Series other) {
        long steps =
                other.cadence().equals(learned.cadence())
                        ? learned.cadence().steps(learned.start(), other.start())
                        : -1;
        Check.argument(
                steps >= 0, "%s does not lie on the times of what was learned, %s", other, learned);
        return Math.toIntExact(steps);
    }

    /// What is left of a series.
    ///
    /// @throws IllegalArgumentException as [#offset]
    public Series rest(Series series) {
        int offset = offset(series);
        double[] left = series.values();
        for (int i = 0; i < left.length; i++) {
            left[i] -= at(offset + i);
        }
        return series.with(left);
    }

    /// The same law of each value, with what is explained added to its mean.
    ///
    /// @param rest what follows of what is left
    /// @param from where that begins, as [#columns] counts
    /// @throws IllegalArgumentException if a regressor is not known so far ahead, naming it and the
    ///   first time
    public Forecast added(Forecast rest, int from) {
        List<Normal> laws = new ArrayList<>();
        for (int step = 0; step < rest.horizon(); step++) {
            for (Regressor regressor : regressors) {
                Check.argument(
                        !Double.isNaN(regressor.value(from + step)),
                        "regressor %s is not known at %s, value %d of the forecast; give rows with"
                                + " its values and none of the target, or a horizon of %d",
                        regressor.name(),
                        rest.time(step),
                        step + 1,
                        step);
            }
            Normal law = rest.laws().get(step);
            laws.add(new Normal(law.mean() + at(from + step), law.deviation()));
        }
        return new Forecast(rest.series(), rest.start(), rest.cadence(), laws);
    }

    /// Which parts there are, in words.
    public String words() {
        return String.join(", ", parts.stream().map(Part::name).toList());
    }
}
