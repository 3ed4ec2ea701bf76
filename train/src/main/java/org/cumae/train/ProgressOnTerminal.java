package org.cumae.train;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Locale;

/// Shows how a run goes as a bar with the time that is left.
public final class ProgressOnTerminal implements Journal {
    private @Nullable ProgressBar bar;
    private String heldOut = "";

    @Override
    public void began(long step, long steps, long weights) {
        bar =
                new ProgressBarBuilder()
                        .setTaskName("training")
                        .setInitialMax(steps)
                        .startsFrom(step, Duration.ZERO)
                        .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                        .build();
    }

    @Override
    public void stepped(Step step) {
        ProgressBar shown = bar;
        if (shown != null) {
            shown.stepTo(step.step());
            shown.setExtraMessage(
                    String.format(
                            Locale.ROOT,
                            " loss %.3f%s  %,.0f/s  %.0f%% of matrix rate",
                            step.loss(),
                            heldOut,
                            step.perSecond(),
                            100 * step.share()));
        }
    }

    @Override
    public void looked(long step, double loss, boolean best) {
        heldOut = String.format(Locale.ROOT, ", held out %.3f", loss);
    }

    @Override
    public void told(String message) {
        System.err.println(message);
    }

    @Override
    public void warned(String message) {
        System.err.println("\nwarning: " + message); // behind the bar, which is drawn anew
    }

    @Override
    public void ended(Outcome outcome) {
        ProgressBar shown = bar;
        if (shown != null) {
            shown.close();
        }
    }
}
