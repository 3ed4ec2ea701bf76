package org.cumae.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;

import org.slf4j.Logger;

/// The log goes to standard error, beside what a command answers: warnings and errors, and more
/// with `--verbose`; with `--log-jsonl` every request, a JSON object a line.
///
/// Logback finds it by `META-INF/services`; without XML a command starts a tenth of a second
/// sooner.
public final class Logging extends ContextAwareBase implements Configurator {
    private static volatile Level level = Level.WARN;
    private static volatile boolean structured;

    /// For the service loader.
    public Logging() {}

    /// Takes effect with the first line that is logged.
    static void setVerbose(boolean verbose) {
        level = verbose ? Level.INFO : Level.WARN;
    }

    /// Lines for machines, those of requests among them. Takes effect with the first line that is
    /// logged.
    static void setStructured() {
        structured = true;
        level = Level.INFO;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Encoder<ILoggingEvent> encoder = structured ? new JsonLines() : words(context);
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(level);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static PatternLayoutEncoder words(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss} %-5level %logger{0} -- %msg%n");
        return encoder;
    }
}
