package org.cumae.serve;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One line for each request: id, what was asked for, status, tokens, milliseconds. Never a prompt,
/// never a key. Each of these is a key of the line as well, for logs that machines read.
final class RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger("org.cumae.serve.requests");
    private static final int LONGEST = 200;
    private static final String ID = "request_id";

    private RequestLog() {}

    static void line(Exchange exchange, int status, double millis) {
        String method = clean(exchange.method());
        String path = clean(exchange.path());
        LOG.atInfo()
                .addKeyValue(ID, exchange.id())
                .addKeyValue("method", method)
                .addKeyValue("path", path)
                .addKeyValue("status", status)
                .addKeyValue("prompt_tokens", exchange.promptTokens())
                .addKeyValue("completion_tokens", exchange.completionTokens())
                .addKeyValue("milliseconds", Math.round(10 * millis) / 10.0)
                .log(
                        "{} {} {} {} prompt={} tokens={} ms={}",
                        exchange.id(),
                        method,
                        path,
                        status,
                        exchange.promptTokens(),
                        exchange.completionTokens(),
                        String.format("%.1f", millis));
    }

    static void fault(Exchange exchange, Throwable fault) {
        LOG.atError()
                .addKeyValue(ID, exchange.id())
                .setCause(fault)
                .log("{} failed", exchange.id());
    }

    /// A client's words as they may stand in a log: one line, printable, cut.
    static String clean(String words) {
        String line = words.replaceAll("[^\\x20-\\x7e]", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
