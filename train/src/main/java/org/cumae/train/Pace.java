package org.cumae.train;

/// Adds up steps for a line of the log.
final class Pace {
    private static final double FLOPS_PER_WEIGHT = 6; // 2 forward, 4 backward

    private final TrainerOptions options;
    private final long weights;
    private final double matrixRate;
    private double loss;
    private long terms;
    private double rate;
    private double gradient;
    private double seconds;
    private double waited;
    private double overhead; // beside the steps, since the run began
    private long restedAt;
    private double stepping;
    private long stepped;

    Pace(TrainerOptions options, long weights, double matrixRate) {
        this.options = options;
        this.weights = weights;
        this.matrixRate = matrixRate;
        this.restedAt = System.nanoTime();
    }

    void add(
            double total,
            long count,
            double newRate,
            double newGradient,
            double took,
            double waiting) {
        loss += total;
        terms += count;
        rate = newRate;
        gradient = newGradient;
        seconds += took;
        waited += waiting;
        stepping += took;
        stepped++;
    }

    /// A look or a save is over, which belongs to the time that is left but not to the rate.
    void rest() {
        overhead = Math.max(0, (System.nanoTime() - restedAt) * 1e-9 - stepping);
    }

    Journal.Step report(Position position) {
        double perSecond = terms / seconds;
        double flops = FLOPS_PER_WEIGHT * weights * perSecond;
        double perStep = (stepping + overhead) / stepped;
        Journal.Step step =
                new Journal.Step(
                        position.step(),
                        options.steps(),
                        loss / terms,
                        rate,
                        gradient,
                        perSecond,
                        waited / seconds,
                        perStep * (options.steps() - position.step()),
                        flops,
                        flops / matrixRate);
        loss = 0;
        terms = 0;
        seconds = 0;
        waited = 0;
        return step;
    }
}
