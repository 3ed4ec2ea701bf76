package org.cumae.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

import org.jspecify.annotations.Nullable;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/// Tells people how far a command is: a moving bar on a terminal, plain lines in a pipe.
final class Progress implements AutoCloseable {
    private final PrintWriter err;
    private final boolean terminal;
    private @Nullable ProgressBar bar;
    private String task = "";

    private Progress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    static Progress to(PrintWriter err) {
        return new Progress(
                err, Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent());
    }

    /// A line of its own.
    void say(String line) {
        close();
        err.println(line);
        err.flush();
    }

    /// How much of a task is done, in bytes.
    void bytes(String what, long done, long total) {
        if (!what.equals(task)) {
            close();
            task = what;
            if (terminal) {
                bar =
                        new ProgressBarBuilder()
                                .setTaskName(what)
                                .setInitialMax(total)
                                .setUnit(" MB", 1_000_000)
                                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
                                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                                .build();
            } else {
                err.println("%s: %s".formatted(what, Words.bytes(total)));
                err.flush();
            }
        }
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        task = "";
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
