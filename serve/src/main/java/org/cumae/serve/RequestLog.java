package org.cumae.serve;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One line for each request: id, what was asked for, status, tokens, milliseconds. Never a prompt,
/// never a key.
final class RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger("org.cumae.serve.requests");
    private static final int LONGEST = 200;

    private RequestLog() {}

    static void line(Exchange exchange, int status, double millis) {
        LOG.info(
                "{} {} {} {} prompt={} tokens={} ms={}",
                exchange.id(),
                clean(exchange.method()),
                clean(exchange.path()),
                status,
                exchange.promptTokens(),
                exchange.completionTokens(),
                String.format("%.1f", millis));
    }

    static void fault(Exchange exchange, Throwable fault) {
        LOG.error("{} failed", exchange.id(), fault);
    }

    /// A client's words as they may stand in a log: one line, printable, cut.
    static String clean(String words) {
        String line = words.replaceAll("[^\\x20-\\x7e]", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
