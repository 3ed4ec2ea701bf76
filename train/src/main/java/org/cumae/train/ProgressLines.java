package org.cumae.train;

import java.io.PrintWriter;
import java.util.Locale;

/// Tells how a run goes in plain lines, for a pipe or a file.
public final class ProgressLines implements Journal {
    private final PrintWriter out;

    /// Writes to it and flushes after each line.
    public ProgressLines(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void began(long step, long steps, long weights) {
        say(
                step == 0
                        ? "training %,d weights for %,d steps".formatted(weights, steps)
                        : "resuming at step %,d of %,d".formatted(step, steps));
    }

    @Override
    public void stepped(Step step) {
        say(describe(step));
    }

    /// A line about some steps.
    static String describe(Step step) {
        return String.format(
                Locale.ROOT,
                "step %d/%d  loss %.4f  rate %.2e  gradient %.3f  %,.0f/s  %.1f GFLOP/s (%.0f%% of"
                        + " matrix rate)  waiting %.0f%%  left %s",
                step.step(),
                step.steps(),
                step.loss(),
                step.rate(),
                step.gradient(),
                step.perSecond(),
                step.flops() * 1e-9,
                100 * step.share(),
                100 * step.waiting(),
                duration(step.secondsLeft()));
    }

    @Override
    public void looked(long step, double loss, boolean best) {
        say(
                String.format(
                        Locale.ROOT,
                        "step %d  held-out loss %.4f%s",
                        step,
                        loss,
                        best ? "  (best so far, kept)" : ""));
    }

    @Override
    public void told(String message) {
        say(message);
    }

    @Override
    public void warned(String message) {
        say("warning: " + message);
    }

    @Override
    public void ended(Outcome outcome) {
        say(
                String.format(
                        Locale.ROOT,
                        "%s after %d steps and %s: held-out loss %.4f at step %d",
                        outcome.reason().name().toLowerCase(Locale.ROOT),
                        outcome.steps(),
                        duration(outcome.seconds()),
                        outcome.loss(),
                        outcome.bestStep()));
    }

    static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole >= 3600
                ? "%d h %02d min".formatted(whole / 3600, whole / 60 % 60)
                : "%d:%02d".formatted(whole / 60, whole % 60);
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
